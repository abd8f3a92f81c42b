import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { AnyObject } from '@slipway/api';
import { ConfigMap, Secret } from '@slipway/kinds';
import type { ChartFile } from '@slipway/render';
import { type HelmCluster, helmCluster, realHelm } from './helm.fixture.ts';
import { installRelease, releaseStore, rollbackRelease, uninstallRelease, upgradeRelease } from './index.ts';

const binary = await realHelm();
const skip = binary ? false : 'the real helm is not here (see SLIPWAY_LAB)';

let cluster: HelmCluster;
let one: { path: string; files: ChartFile[] };
let two: { path: string; files: ChartFile[] };

const map = (name: string, data: string, extra = '') =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}${extra}\ndata:\n  value: ${data}\n`;
const WEB = '{{ .Release.Name }}-web';
const CHART = 'apiVersion: v2\nname: web\nversion: 1.0.0\nappVersion: "7"\ndescription: a test\n';

before(async () => {
  cluster = await helmCluster(binary);
  const files = {
    'Chart.yaml': CHART,
    'values.yaml': 'greeting: hello\nnested:\n  a: 1\n',
    'templates/map.yaml': map(WEB, '"{{ .Values.greeting }} {{ .Release.Revision }}"'),
    'templates/old.yaml': map('{{ .Release.Name }}-old', 'gone'),
    'templates/kept.yaml': map(
      '{{ .Release.Name }}-kept',
      'kept',
      '\n  annotations: { helm.sh/resource-policy: keep }',
    ),
    'templates/NOTES.txt': 'Say {{ .Values.greeting }} to {{ .Release.Name }}.',
    'README.md': 'read me',
  };
  one = await cluster.chart('one', files);
  const { 'templates/old.yaml': _, ...rest } = files;
  two = await cluster.chart('two', {
    ...rest,
    'Chart.yaml': CHART.replace('1.0.0', '1.1.0'),
    'templates/new.yaml': map('{{ .Release.Name }}-new', 'new'),
  });
});
after(() => cluster.stop());

const input = (chart: { files: ChartFile[] }, set: string[] = []) => ({
  chart: chart.files,
  values: { set },
});
/** Without what tells Helm's maps from other objects. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
const greeting = async (namespace: string, name: string) =>
  (await cluster.kube.client().find(ConfigMap, { namespace, name }))?.data?.value;
const json = async (args: string[]) => JSON.parse(await cluster.helm([...args, '-o', 'json'])) as AnyObject[];

test('install, upgrade, rollback and uninstall do to objects what Helm does', async () => {
  const context = cluster.context('a');
  const options = { createNamespace: true };
  const first = await installRelease(context, 'shop', input(one, ['greeting=hi']), options);
  assert.deepEqual([first.version, first.info.status, first.info.notes], [1, 'deployed', 'Say hi to shop.']);
  assert.equal(await greeting('a', 'shop-web'), 'hi 1');
  const live = await cluster.kube.client().get(ConfigMap, { namespace: 'a', name: 'shop-web' });
  assert.equal(live.metadata.labels?.['app.kubernetes.io/managed-by'], 'Helm');
  assert.equal(live.metadata.annotations?.['meta.helm.sh/release-name'], 'shop');
  const second = await upgradeRelease(context, 'shop', input(two));
  assert.deepEqual(plain([second.version, second.config]), [2, { greeting: 'hi' }]);
  assert.deepEqual(
    [await greeting('a', 'shop-web'), await greeting('a', 'shop-old'), await greeting('a', 'shop-new')],
    ['hi 2', undefined, 'new'],
  );
  const third = await rollbackRelease(context, 'shop', { revision: 1 });
  assert.deepEqual([third.version, third.info.description], [3, 'Rollback to 1']);
  assert.deepEqual(
    [await greeting('a', 'shop-web'), await greeting('a', 'shop-old'), await greeting('a', 'shop-new')],
    ['hi 1', 'gone', undefined],
  );
  const history = await releaseStore(context.client, 'a', context.clock).history('shop');
  assert.deepEqual(
    history.map(({ info }) => info.status),
    ['superseded', 'superseded', 'deployed'],
  );
  const { kept } = await uninstallRelease(context, 'shop');
  assert.deepEqual(kept, ['[ConfigMap] shop-kept']);
  assert.deepEqual([await greeting('a', 'shop-web'), await greeting('a', 'shop-kept')], [undefined, 'kept']);
  assert.deepEqual(await releaseStore(context.client, 'a', context.clock).history('shop'), []);
});

test('what is in the way is refused in Helm’s words', async () => {
  const context = cluster.context('b');
  await installRelease(context, 'shop', input(one), { createNamespace: true });
  await assert.rejects(
    installRelease(context, 'shop', input(one)),
    /cannot reuse a name that is still in use/,
  );
  await assert.rejects(installRelease(context, 'Shop', input(one)), /invalid release name, must match regex/);
  await assert.rejects(upgradeRelease(context, 'none', input(one)), /"none" has no deployed releases/);
  await assert.rejects(rollbackRelease(context, 'shop', { revision: 7 }), /release has no 7 version/);
  await assert.rejects(uninstallRelease(context, 'none'), /release: not found/);
  await context.client.create(ConfigMap, {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'other-web', namespace: 'b' },
    data: { value: 'mine' },
  });
  await assert.rejects(
    installRelease(context, 'other', input(one)),
    /ConfigMap "other-web" in namespace "b" exists and cannot be imported into the current release: invalid ownership metadata; label validation error: missing key "app\.kubernetes\.io\/managed-by": must be set to "Helm"; annotation/,
  );
  const store = releaseStore(context.client, 'b', context.clock);
  assert.deepEqual(await store.history('other'), [], 'nothing half-made is left');
  await installRelease(context, 'other', input(one), { takeOwnership: true, forceConflicts: true });
  assert.equal(await greeting('b', 'other-web'), 'hello 1');
});

test('a dry run changes nothing, and old revisions go', async () => {
  const context = cluster.context('c');
  const dry = await installRelease(context, 'shop', input(one), { dryRun: true });
  assert.equal(dry.info.description, 'Dry run complete');
  assert.match(dry.manifest, /# Source: web\/templates\/map\.yaml/);
  assert.equal(await greeting('c', 'shop-web'), undefined);
  await installRelease(context, 'shop', input(one), { createNamespace: true });
  for (const each of ['1', '2', '3', '4'])
    await upgradeRelease(context, 'shop', input(one, [`nested.a=${each}`]), { historyMax: 3 });
  const history = await releaseStore(context.client, 'c', context.clock).history('shop');
  assert.deepEqual(
    history.map(({ version }) => version),
    [3, 4, 5],
  );
});

test('values of the last revision are reused as asked', async () => {
  const context = cluster.context('d');
  await installRelease(context, 'shop', input(one, ['greeting=hi', 'nested.b=2']), { createNamespace: true });
  const configs = async (set: string[], options: object) =>
    plain((await upgradeRelease(context, 'shop', input(one, set), options)).config ?? {});
  assert.deepEqual(await configs(['nested.a=9'], { reuseValues: true }), {
    greeting: 'hi',
    nested: { a: 9, b: 2 },
  });
  assert.deepEqual(await configs(['greeting=ho'], {}), { greeting: 'ho' });
  assert.deepEqual(await configs(['nested.c=3'], { resetThenReuseValues: true }), {
    greeting: 'ho',
    nested: { c: 3 },
  });
  assert.deepEqual(await configs([], { resetValues: true }), {});
});

test('the real helm sees, upgrades, rolls back and uninstalls what we released', { skip }, async () => {
  const context = cluster.context('e');
  await installRelease(context, 'shop', input(one, ['greeting=hi']), { createNamespace: true });
  const [listed] = await json(['list', '-n', 'e']);
  assert.deepEqual(
    { ...listed, updated: '' },
    {
      name: 'shop',
      namespace: 'e',
      revision: '1',
      updated: '',
      status: 'deployed',
      chart: 'web-1.0.0',
      app_version: '7',
    },
  );
  const values = JSON.parse(await cluster.helm(['get', 'values', 'shop', '-n', 'e', '-o', 'json']));
  assert.deepEqual(values, { greeting: 'hi' });
  assert.match(
    await cluster.helm(['get', 'manifest', 'shop', '-n', 'e']),
    /# Source: web\/templates\/map\.yaml/,
  );
  assert.match(await cluster.helm(['get', 'notes', 'shop', '-n', 'e']), /Say hi to shop\./);
  await cluster.helm(['upgrade', 'shop', two.path, '-n', 'e', '--set', 'greeting=hey']);
  assert.deepEqual([await greeting('e', 'shop-web'), await greeting('e', 'shop-old')], ['hey 2', undefined]);
  await cluster.helm(['rollback', 'shop', '1', '-n', 'e']);
  assert.deepEqual([await greeting('e', 'shop-web'), await greeting('e', 'shop-old')], ['hi 1', 'gone']);
  await upgradeRelease(context, 'shop', input(two, ['greeting=ours']));
  const history = await json(['history', 'shop', '-n', 'e']);
  assert.deepEqual(
    history.map(({ revision, status, description }) => [revision, status, description]),
    [
      [1, 'superseded', 'Install complete'],
      [2, 'superseded', 'Upgrade complete'],
      [3, 'superseded', 'Rollback to 1'],
      [4, 'deployed', 'Upgrade complete'],
    ],
  );
  await cluster.helm(['uninstall', 'shop', '-n', 'e']);
  assert.equal(await greeting('e', 'shop-web'), undefined);
  assert.deepEqual(await releaseStore(context.client, 'e', context.clock).history('shop'), []);
});

test('we list, upgrade, roll back and uninstall what the real helm released, both ways of applying', {
  skip,
}, async () => {
  for (const way of ['true', 'false']) {
    const namespace = `f-${way}`;
    const context = cluster.context(namespace);
    const store = releaseStore(context.client, namespace, context.clock);
    const place = ['-n', namespace, '--create-namespace', `--server-side=${way}`];
    await cluster.helm(['install', 'shop', one.path, ...place, '--set', 'greeting=helm']);
    const [release] = await store.history('shop');
    assert.deepEqual(
      [release?.info.status, release?.config, release?.chart.metadata?.version],
      ['deployed', { greeting: 'helm' }, '1.0.0'],
    );
    await upgradeRelease(context, 'shop', input(two));
    assert.deepEqual(
      [await greeting(namespace, 'shop-web'), await greeting(namespace, 'shop-old')],
      ['helm 2', undefined],
    );
    const bare = await cluster.chart(`bare-${way}`, {
      'Chart.yaml': CHART,
      'templates/map.yaml': `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${WEB}\ndata: {}\n`,
    });
    await upgradeRelease(context, 'shop', input(bare));
    assert.equal(
      await greeting(namespace, 'shop-web'),
      undefined,
      'a field that the chart no longer has goes',
    );
    await rollbackRelease(context, 'shop', { revision: 1 });
    assert.deepEqual(
      [await greeting(namespace, 'shop-web'), await greeting(namespace, 'shop-old')],
      ['helm 1', 'gone'],
    );
    assert.match(await cluster.helm(['status', 'shop', '-n', namespace]), /STATUS: deployed\nREVISION: 4/);
    await uninstallRelease(context, 'shop', { keepHistory: true });
    assert.match(
      await cluster.helm(['history', 'shop', '-n', namespace]),
      /uninstalled.*Uninstallation complete/,
    );
  }
});

test('a record that is none does not hide the others', async () => {
  const context = cluster.context('g');
  await installRelease(context, 'shop', input(one), { createNamespace: true });
  await context.client.create(Secret, {
    apiVersion: 'v1',
    kind: 'Secret',
    type: 'helm.sh/release.v1',
    metadata: { name: 'sh.helm.release.v1.bad.v1', namespace: 'g', labels: { owner: 'helm', name: 'bad' } },
    data: { release: Buffer.from('nonsense').toString('base64') },
  });
  const all = await releaseStore(context.client, 'g', context.clock).all();
  assert.deepEqual(
    all.map(({ name }) => name),
    ['shop'],
  );
});

test('our records say what the real helm’s say, field by field', { skip }, async () => {
  const chart = await cluster.chart('full', {
    'Chart.yaml': `${CHART}keywords: [a, b]\nmaintainers:\n- name: ann\n  email: ann@example.test\nannotations: { x: y }\ndependencies:\n- name: sub\n  version: 1.x\n  repository: ""\n  condition: sub.enabled\n  alias: other\n`,
    'Chart.lock':
      'dependencies:\n- name: sub\n  repository: ""\n  version: 1.0.0\ndigest: sha256:aa\ngenerated: "2026-01-02T03:04:05Z"\n',
    'values.yaml': 'sub: { enabled: true }\nlist: [1, 2.5, x]\nnone: null\nbig: 12345678901\n',
    'values.schema.json': '{"type":"object"}',
    'templates/map.yaml': map(WEB, '"{{ .Values.list }}"'),
    'templates/_lib.tpl': '{{ define "x" }}y{{ end }}',
    'templates/hook.yaml': map(
      '{{ .Release.Name }}-hook',
      'x',
      '\n  annotations: { helm.sh/hook: "test,pre-delete", helm.sh/hook-weight: "3" }',
    ),
    'charts/sub/Chart.yaml': 'apiVersion: v2\nname: sub\nversion: 1.0.0\n',
    'charts/sub/templates/map.yaml': map('{{ .Release.Name }}-sub', 'sub'),
    'files/some.txt': 'text',
  });
  const records = await Promise.all(
    ['ours', 'theirs'].map(async namespace => {
      const context = cluster.context(namespace);
      if (namespace === 'ours')
        await installRelease(
          context,
          'shop',
          { chart: chart.files, values: { set: ['a.b=1', 'c=true', 'd=text'] } },
          { createNamespace: true, labels: { team: 'a' } },
        );
      if (namespace === 'theirs')
        await cluster.helm([
          'install',
          'shop',
          chart.path,
          '-n',
          namespace,
          '--create-namespace',
          '--set',
          'a.b=1,c=true,d=text',
          '--labels',
          'team=a',
        ]);
      const [secret] = (await context.client.list(Secret, { namespace, labelSelector: 'owner=helm' })).items;
      const [release] = await releaseStore(context.client, namespace, context.clock).history('shop');
      const { createdAt, modifiedAt, ...labels } = secret?.metadata.labels ?? {};
      assert.ok(createdAt || modifiedAt);
      return plain({ type: secret?.type, name: secret?.metadata.name, labels, release: comparable(release) });
    }),
  );
  assert.deepEqual(records[0], records[1]);
});

/** Without times and the namespace. */
function comparable(release: unknown): unknown {
  const timeless = (key: string, value: unknown) =>
    /^(modtime|schemamodtime|first_deployed|last_deployed|namespace)$/.test(key) ? undefined : value;
  const text = JSON.stringify(release, timeless).replaceAll('ours', 'theirs');
  const parsed = JSON.parse(text) as { chart: Record<'files' | 'templates', { name: string }[]> };
  for (const list of ['files', 'templates'] as const)
    parsed.chart[list].sort((a, b) => (a.name < b.name ? -1 : 1));
  return parsed;
}
