// Against the real API server: what a package brings, changes, leaves alone and takes away, also when it was killed.
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { AnyObject } from '@slipway/api';
import type { Client } from '@slipway/client';
import {
  bringSource,
  installPackage,
  type PackageInstall,
  parseSource,
  planPackage,
  removePackage,
  sourceText,
} from '@slipway/definition';
import {
  ConfigMap,
  CustomResourceDefinition,
  Namespace,
  Package,
  packageDefinition,
  Secret,
} from '@slipway/kinds';
import { type Kube, startKube } from '@slipway/kube';

import { startGitServer } from '../../packages/sources/src/git-server.fixture.ts';

let kube: Kube;
let client: Client;
before(async () => {
  kube = await startKube();
  client = kube.client();
  await client.create(CustomResourceDefinition, packageDefinition);
});
after(() => kube.stop());

function installOf(name: string, objects: object[]): PackageInstall {
  const digest = `sha256:${'0'.repeat(64)}`;
  return {
    name,
    spec: { source: './x', pinned: './x', version: '1.0.0', digest, namespace: name, by: 'person' },
    objects: objects as AnyObject[],
  };
}

const map = (name: string, value: string, namespace?: string) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, ...(namespace ? { namespace } : {}) },
  data: { value },
});

const definition = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'boats.sea.example' },
  spec: {
    group: 'sea.example',
    scope: 'Namespaced',
    names: { kind: 'Boat', plural: 'boats' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      },
    ],
  },
};
const boat = (name: string) => ({ apiVersion: 'sea.example/v1', kind: 'Boat', metadata: { name } });
const Boat = { group: 'sea.example', version: 'v1', kind: 'Boat', plural: 'boats', namespaced: true };

const results = (changes: { object: string; result: string }[]) =>
  changes.map(({ object, result }) => `${result} ${object}`);

test('installPackage() brings objects, changes what differs, and prunes what went', async () => {
  const first = installOf('shop', [map('a', '1'), map('b', '1'), map('c', '1', 'default')]);
  const wanted = ['created ConfigMap shop/a', 'created ConfigMap shop/b', 'created ConfigMap default/c'];
  assert.deepEqual(results(await planPackage(client, first)), wanted);
  assert.equal(await client.find(Package, { name: 'shop' }), undefined, 'looking changes nothing');
  assert.deepEqual(results(await installPackage(client, first)), wanted);
  assert.ok((await installPackage(client, first)).every(({ result }) => result === 'unchanged'));
  const second = installOf('shop', [map('a', '2'), map('b', '1'), map('d', '1')]);
  assert.deepEqual(results(await installPackage(client, second)), [
    'changed ConfigMap shop/a',
    'unchanged ConfigMap shop/b',
    'created ConfigMap shop/d',
    'deleted ConfigMap default/c',
  ]);
  const { items } = await client.list(ConfigMap, { labelSelector: 'slipway.dev/package=shop' });
  assert.deepEqual(items.map(({ metadata }) => metadata.name).toSorted(), ['a', 'b', 'd']);
  const { status } = await client.get(Package, { name: 'shop' });
  assert.equal(status?.inventory?.length, 3);
  assert.deepEqual(
    status?.conditions?.map(({ type, status: is }) => [type, is]),
    [['Synced', 'True']],
  );
});

test('removePackage() takes away exactly the inventory: the namespace and what others put there stay', async () => {
  await client.create(ConfigMap, map('mine', 'x', 'shop'));
  await client.patch(
    ConfigMap,
    { namespace: 'shop', name: 'd' },
    {
      type: 'merge',
      body: { metadata: { labels: { 'slipway.dev/package': 'another' } } },
    },
  );
  assert.deepEqual(await removePackage(client, 'shop'), {
    deleted: ['ConfigMap shop/b', 'ConfigMap shop/a'],
    kept: ['ConfigMap shop/d'],
  });
  assert.ok(await client.find(Namespace, { name: 'shop' }));
  assert.ok(await client.find(ConfigMap, { namespace: 'shop', name: 'mine' }));
  await assert.rejects(removePackage(client, 'shop'), /package shop: there is none by this name/);
});

test('a package brings CRDs and their objects at once, and does not take along what people made of them', async () => {
  const install = installOf('sea', [definition, boat('own')]);
  await installPackage(client, install);
  assert.ok(await client.find(Boat, { namespace: 'sea', name: 'own' }));
  await client.create(Boat, { ...boat('ours'), metadata: { name: 'ours', namespace: 'shop' } });
  const message =
    /nothing was changed: with its CRDs these would go, which no package brought: Boat shop\/ours;/;
  await assert.rejects(removePackage(client, 'sea'), message);
  await assert.rejects(installPackage(client, installOf('sea', [map('a', '1')])), message);
  assert.ok(await client.find(Boat, { namespace: 'sea', name: 'own' }));
  const { deleted } = await removePackage(client, 'sea', { deleteData: true });
  assert.deepEqual(deleted, ['Boat sea/own', 'CustomResourceDefinition boats.sea.example']);
});

const refused: [objects: object[], message: RegExp, because: string][] = [
  [
    [map('mine', '1', 'shop'), map('x', '1')],
    /nothing was changed: ConfigMap shop\/mine is there already and no package's; take over/,
    'what is nobody’s may be anybody’s',
  ],
  [[map('taken', '1', 'shop')], /ConfigMap shop\/taken is package first's/, 'two packages with one object'],
  [
    [map('x', '1'), { ...boat('b'), kind: 'Ship' }],
    /package second: the cluster serves no Ship \(sea\.example\/v1\), and no CRD of the package does/,
    'a kind that nobody brings',
  ],
  [
    [map('x', '1'), { ...map('y', '1'), data: { value: 7 } }, { ...map('z', '1'), data: 'no' }],
    /the server refuses:\n {2}ConfigMap second\/y: .*\n {2}ConfigMap second\/z: /,
    'everything that the server refuses, at once',
  ],
];
for (const [objects, message, because] of refused) {
  test(`installPackage() refuses, and changes nothing: ${because}`, async () => {
    await installPackage(client, installOf('first', [map('taken', '1', 'shop')]));
    const second = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'second' } };
    await client.create(Namespace, second).catch(() => {});
    await assert.rejects(installPackage(client, installOf('second', objects)), message);
    assert.equal(await client.find(Package, { name: 'second' }), undefined);
    assert.deepEqual((await client.list(ConfigMap, { namespace: 'second' })).items, []);
  });
}

test('installPackage() takes over with adopt, and leaves another’s namespace as it is', async () => {
  const others = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', labels: { a: 'b' } } };
  const install = installOf('third', [others, map('mine', '3', 'shop')]);
  const changes = await installPackage(client, install, { adopt: true });
  assert.deepEqual(results(changes), ['kept Namespace shop', 'changed ConfigMap shop/mine']);
  assert.equal((await client.get(Namespace, { name: 'shop' })).metadata.labels?.a, undefined);
  await removePackage(client, 'third');
  assert.ok(await client.find(Namespace, { name: 'shop' }));
});

test('a package that was killed at any step is finished by the next time, and nothing stays behind', async () => {
  const before = installOf('half', [map('old', '1'), map('both', '1')]);
  const next = installOf('half', [map('both', '2'), map('new', '1'), map('newer', '1')]);
  for (let writes = 0; ; writes++) {
    await installPackage(client, before);
    let left = writes;
    const dying = dyingClient(client, () => left-- <= 0);
    const isDone = await installPackage(dying, next).then(
      () => true,
      () => false,
    );
    const how = writes % 2 === 0 ? installPackage(client, next) : removePackage(client, 'half');
    await how;
    const { items } = await client.list(ConfigMap, { namespace: 'half' });
    const names = items
      .map(({ metadata }) => metadata.name)
      .toSorted()
      .join(' ');
    assert.equal(names, writes % 2 === 0 ? 'both new newer' : '', `killed after ${writes} writes`);
    if (isDone) return;
  }
});

/** A client whose writes stop coming through. */
function dyingClient(real: Client, isDead: () => boolean): Client {
  const dying = async () => {
    throw new Error('killed');
  };
  return new Proxy(real, {
    get: (target, property) => {
      const method = Reflect.get(target, property);
      if (!['apply', 'patch', 'create', 'delete'].includes(String(property))) return method;
      return (...args: unknown[]) => {
        const isDry = (args[2] as { dryRun?: boolean } | undefined)?.dryRun === true;
        return isDry || !isDead() ? (method as (...all: unknown[]) => unknown)(...args) : dying();
      };
    },
  });
}

test('a Secret’s content stays out of what a package says of itself', async () => {
  const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' }, stringData: { key: 'canary' } };
  await installPackage(client, installOf('secret', [secret]));
  assert.ok(await client.find(Secret, { namespace: 'secret', name: 's' }));
  assert.doesNotMatch(JSON.stringify(await client.get(Package, { name: 'secret' })), /canary/);
});

test('bringSource() of Git is a commit’s files, with the digest that they have as a folder', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-brought-'));
  await mkdir(join(folder, 'plain'));
  await writeFile(join(folder, 'plain/a.yaml'), 'a: 1\n');
  const how = { folder, cacheFolder: join(folder, 'cache') };
  const git = await startGitServer({ password: 'canary' });
  try {
    const first = await git.commit({ 'sub/a.yaml': 'a: 1\n', 'b.yaml': 'b: 1\n' });
    const given = parseSource(`git+${git.url}//sub?ref=main`);
    const access = () => ({ password: 'canary' });
    const { pinned, digest } = await bringSource(given, { ...how, access });
    assert.equal(sourceText(pinned), `${sourceText(given)}#${first}`);
    assert.equal(digest, (await bringSource({ path: './plain' }, how)).digest);
    await git.commit({ 'sub/a.yaml': 'a: 2\n' });
    assert.equal((await bringSource(pinned, { ...how, access })).digest, digest, 'the branch moved on');
    const next = await bringSource(given, { ...how, access });
    assert.notEqual(next.digest, digest);
    assert.doesNotMatch(JSON.stringify(next.pinned), /canary/);
    const none = parseSource(`git+${git.url}//none?ref=main`);
    await assert.rejects(bringSource(none, { ...how, access }), /there are no files/);
  } finally {
    await git.stop();
    await rm(folder, { recursive: true, force: true });
  }
});
