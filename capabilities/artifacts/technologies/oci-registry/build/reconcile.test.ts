import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { SlipwayError, silentLog, systemClock } from '@slipway/api';
import type { Client } from '@slipway/client';
import { Build, ConfigMap, CustomResourceDefinition, Namespace } from '@slipway/kinds';
import { type Kube, startKube } from '@slipway/kube';
import { controller, createRuntime } from '@slipway/runtime';
import { engineAccount } from '../../../../../test/engine-bed.ts';
import { ociRegistry } from '../index.ts';
import type { Builder } from './builder.ts';
import { buildController } from './reconcile.ts';

const sbom = { digest: `sha256:${'b'.repeat(64)}`, packages: 2 };
const digest = `sha256:${'a'.repeat(64)}` as const;
const commit = 'c'.repeat(40);
const image = 'registry.slipway.internal/acme/app';
const git = { url: 'https://git.slipway.internal/acme/app.git', revision: 'main' };

let kube: Kube;
let admin: Client;

let engine: Client;
before(async () => {
  kube = await startKube();
  admin = kube.client();
  for (const definition of (await ociRegistry.kinds?.()) ?? []) {
    await admin.create(CustomResourceDefinition, definition as CustomResourceDefinition);
  }
  await admin.create(Namespace, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'team-acme' } });
  engine = kube.client(await engineAccount(admin, ociRegistry));
});
after(() => kube.stop());

async function until<T>(look: () => Promise<T | undefined>): Promise<T> {
  for (let i = 0; i < 200; i++) {
    const found = await look().catch(() => undefined);
    if (found !== undefined) return found;
    await systemClock.sleep(50);
  }
  throw new Error('it did not happen in 10 s');
}

async function withController(builder: Builder, work: () => Promise<void>): Promise<void> {
  const runtime = createRuntime({
    client: engine,
    clock: systemClock,
    random: { bytes: size => new Uint8Array(size), uuid: () => crypto.randomUUID() },
    log: silentLog,
  });
  const made = buildController({
    builder,
    client: engine,
    clock: systemClock,
    secrets: ['s3cret'],
    timeoutMs: 60_000,
  });
  runtime.add([controller(made)]);
  await runtime.start();
  try {
    await work();
  } finally {
    await runtime.stop();
  }
}

function build(name: string, spec: Partial<Build['spec']> = {}): Build {
  return {
    apiVersion: 'artifacts.slipway.dev/v1alpha1',
    kind: 'Build',
    metadata: { name, namespace: 'team-acme' },
    spec: { source: { git }, image, ...spec },
  };
}

const finished = (name: string) =>
  until(async () => {
    const found = await admin.get(Build, { namespace: 'team-acme', name });
    return /Succeeded|Failed/.test(found.status?.phase ?? '') ? found : undefined;
  });

test('a Build that succeeds says which image it made, and keeps its log without secrets', async () => {
  const builder: Builder = async ({ log }) => {
    log.line('using s3cret');
    return { digest, recipe: 'node', image: `${image}@${digest}`, commit, sbom };
  };
  await withController(builder, async () => {
    await admin.create(Build, build('good'));
    const { status } = await finished('good');
    assert.deepEqual(
      [status?.phase, status?.image, status?.recipe],
      ['Succeeded', `${image}@${digest}`, 'node'],
    );
    assert.deepEqual(status?.sbom, sbom);
    assert.equal(status?.tail, 'using ***');
    const log = await admin.get(ConfigMap, { namespace: 'team-acme', name: 'good-build-log' });
    assert.equal(log.data?.log, 'using ***');
    assert.equal(log.metadata.ownerReferences?.[0]?.kind, 'Build');
  });
});

const refusals: { spec: Partial<Build['spec']>; message: RegExp; because: string }[] = [
  {
    spec: { image: 'registry.slipway.internal/other/app' },
    message: /spec\.image.*other\/app/,
    because: 'another team’s image',
  },
  { spec: { image: 'docker.io/acme/app' }, message: /spec\.image/, because: 'another registry' },
  { spec: { tag: '-bad' }, message: /spec\.tag: "-bad"/, because: 'a tag that is none' },
  {
    spec: { source: { git: { url: 'https://git.slipway.internal/other/app.git', revision: 'main' } } },
    message: /spec\.source\.git\.url.*a repository of the team/,
    because: 'another team’s repository',
  },
  {
    spec: { source: { git: { url: 'https://127.0.0.1/app.git', revision: 'main' } } },
    message: /a public host/,
    because: 'an address of this machine',
  },
  {
    spec: { source: { git: { url: 'file:///etc', revision: 'main' } } },
    message: /an https URL/,
    because: 'a folder of this machine',
  },
];
for (const [i, { spec, message, because }] of refusals.entries()) {
  test(`a Build fails, naming the field, for ${because}`, async () => {
    const builder: Builder = async () => assert.fail('it must not be built');
    await withController(builder, async () => {
      await admin.create(Build, build(`refused-${i}`, spec));
      const { status } = await finished(`refused-${i}`);
      assert.equal(status?.phase, 'Failed');
      assert.match(status?.message ?? '', message);
    });
  });
}

test('a Build that was interrupted begins again, and one that is finished does not', async () => {
  await admin.create(Build, build('interrupted'));
  await admin.patch(
    Build,
    { namespace: 'team-acme', name: 'interrupted' },
    { type: 'merge', body: { status: { phase: 'Running' } } },
    { subresource: 'status' },
  );
  let built = 0;
  const builder: Builder = async () => {
    built++;
    return { digest, recipe: 'dockerfile', image: `${image}@${digest}`, commit, sbom };
  };
  await withController(builder, async () => {
    const { status } = await finished('interrupted');
    assert.equal(status?.phase, 'Succeeded');
    assert.match(status?.tail ?? '', /begins again/);
  });
  assert.equal(built, 1, 'the Builds that finished before are left alone');
});

test('a Build that is deleted is stopped', async () => {
  let stopped: unknown;
  const builder: Builder = ({ signal, log }) =>
    new Promise((_, reject) => {
      let lines = 0;
      const timer = setInterval(() => log.line(`line ${++lines}`), 100);
      signal.addEventListener('abort', () => {
        clearInterval(timer);
        stopped = signal.reason;
        reject(signal.reason);
      });
    });
  await withController(builder, async () => {
    await admin.create(Build, build('deleted'));
    await until(
      async () => (await admin.get(Build, { namespace: 'team-acme', name: 'deleted' })).status?.phase,
    );
    await admin.delete(Build, { namespace: 'team-acme', name: 'deleted' });
    await until(async () => stopped);
    assert.ok(stopped instanceof SlipwayError && stopped.code === 'BuildDeleted');
  });
});
