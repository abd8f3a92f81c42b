import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ConfigMap, Deployment, Job, Pod } from '@slipway/kinds';
import { type HelmCluster, helmCluster, realHelm } from './helm.fixture.ts';
import { installRelease, releaseStore, testRelease, uninstallRelease, upgradeRelease } from './index.ts';

const binary = await realHelm();
const skip = binary ? false : 'the real helm is not here (see SLIPWAY_LAB)';
let cluster: HelmCluster;
before(async () => {
  cluster = await helmCluster(binary);
});
after(() => cluster.stop());

const CHART = 'apiVersion: v2\nname: web\nversion: 1.0.0\n';

function pod(name: string, annotations: Record<string, string>): string {
  const lines = Object.entries(annotations).map(([key, value]) => `    helm.sh/${key}: "${value}"`);
  return `apiVersion: v1\nkind: Pod\nmetadata:\n  name: ${name}\n  annotations:\n${lines.join('\n')}\nspec:\n  restartPolicy: Never\n  containers:\n  - { name: main, image: x }\n`;
}

const map = (name: string, annotations = '') =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}${annotations}\ndata: {}\n`;

async function files(name: string, templates: Record<string, string>, more: Record<string, string> = {}) {
  const named = Object.entries(templates).map(([file, text]) => [`templates/${file}`, text] as const);
  return cluster.chart(name, { 'Chart.yaml': CHART, ...Object.fromEntries(named), ...more });
}

const existing = async (namespace: string) =>
  (await cluster.kube.client().list(Pod, { namespace })).items.map(({ metadata }) => metadata.name).sort();

test('hooks run by weight, are awaited, and go as their policies say', async () => {
  const { files: chart } = await files('hooks', {
    'late.yaml': pod('late-ends-0', { hook: 'pre-install', 'hook-weight': '5' }),
    'early.yaml': pod('early-ends-0', {
      hook: 'pre-install',
      'hook-weight': '-5',
      'hook-delete-policy': 'hook-succeeded',
    }),
    'after.yaml': pod('after-ends-0', { hook: 'post-install,post-upgrade' }),
    'map.yaml': map('plain'),
  });
  const context = cluster.context('h');
  const release = await installRelease(context, 'shop', { chart, values: {} }, { createNamespace: true });
  assert.deepEqual(await existing('h'), ['after-ends-0', 'late-ends-0']);
  const runs = (release.hooks ?? []).map(({ name, last_run }) => [
    name,
    last_run.phase,
    last_run.completed_at ?? '',
  ]);
  assert.deepEqual(runs.map(([name, phase]) => `${name} ${phase}`).sort(), [
    'after-ends-0 Succeeded',
    'early-ends-0 Succeeded',
    'late-ends-0 Succeeded',
  ]);
  const started = (name: string) =>
    release.hooks?.find(hook => hook.name === name)?.last_run.started_at ?? '';
  assert.ok(started('early-ends-0') < started('late-ends-0'));
  assert.ok(started('late-ends-0') < started('after-ends-0'));
  const uid = async () =>
    (await context.client.get(Pod, { namespace: 'h', name: 'after-ends-0' })).metadata.uid;
  const before = await uid();
  await upgradeRelease(context, 'shop', { chart, values: {} });
  assert.notEqual(await uid(), before, 'before-hook-creation is what counts without a policy');
});

test('a hook that fails stops what comes after it, and stays in the history', async () => {
  const { files: chart } = await files('broken', {
    'bad.yaml': pod('bad-ends-1', { hook: 'pre-install', 'hook-delete-policy': 'hook-failed' }),
    'map.yaml': map('plain'),
  });
  const context = cluster.context('i');
  const options = { createNamespace: true };
  await assert.rejects(
    installRelease(context, 'shop', { chart, values: {} }, options),
    /INSTALLATION FAILED: failed pre-install: resource Pod\/i\/bad-ends-1 not ready\. status: Failed, message: pod bad-ends-1 failed/,
  );
  assert.equal(await context.client.find(ConfigMap, { namespace: 'i', name: 'plain' }), undefined);
  assert.deepEqual(await existing('i'), []);
  const [failed] = await releaseStore(context.client, 'i', context.clock).history('shop');
  assert.deepEqual([failed?.info.status, failed?.hooks?.[0]?.last_run.phase], ['failed', 'Failed']);
});

test('rollbackOnFailure undoes an installation and an upgrade', async () => {
  const context = cluster.context('j');
  const bad = await files('bad-after', {
    'bad.yaml': pod('bad-ends-1', { hook: 'post-install,post-upgrade' }),
    'map.yaml': map('new'),
  });
  const good = await files('good-after', { 'map.yaml': map('old') });
  const store = releaseStore(context.client, 'j', context.clock);
  const undo = { rollbackOnFailure: true, createNamespace: true };
  await assert.rejects(
    installRelease(context, 'shop', { chart: bad.files, values: {} }, undo),
    /has been uninstalled due to rollback-on-failure/,
  );
  assert.deepEqual(await store.history('shop'), []);
  await installRelease(context, 'shop', { chart: good.files, values: {} }, undo);
  await assert.rejects(
    upgradeRelease(context, 'shop', { chart: bad.files, values: {} }, undo),
    /release shop failed, and has been rolled back due to rollback-on-failure/,
  );
  const { items } = await context.client.list(ConfigMap, {
    namespace: 'j',
    labelSelector: 'app.kubernetes.io/managed-by=Helm',
  });
  assert.deepEqual(
    items.map(({ metadata }) => metadata.name),
    ['old'],
  );
  const statuses = (await store.history('shop')).map(({ info }) => info.status);
  assert.deepEqual(statuses, ['superseded', 'failed', 'deployed']);
});

test('wait ends when workloads are ready, and names what is not in time', async () => {
  const context = cluster.context('k');
  const deployment = (image: string) =>
    `apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\nspec:\n  selector: { matchLabels: { app: web } }\n  template:\n    metadata: { labels: { app: web } }\n    spec: { containers: [{ name: main, image: ${image} }] }\n`;
  const job =
    'apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: never\nspec:\n  template:\n    spec: { restartPolicy: Never, containers: [{ name: main, image: x }] }\n';
  const good = await files('ready', { 'web.yaml': deployment('x') });
  await installRelease(
    context,
    'shop',
    { chart: good.files, values: {} },
    { wait: true, createNamespace: true },
  );
  const live = await context.client.get(Deployment, { namespace: 'k', name: 'web' });
  assert.equal(live.status?.availableReplicas, 1);
  const late = await files('late', { 'web.yaml': deployment('x'), 'job.yaml': job });
  await assert.rejects(
    upgradeRelease(
      context,
      'shop',
      { chart: late.files, values: {} },
      { wait: true, waitForJobs: true, timeoutMs: 700 },
    ),
    /resource Job\/k\/never not ready\. status: InProgress, message: Job in progress\ncontext deadline exceeded/,
  );
  assert.ok(await context.client.find(Job, { namespace: 'k', name: 'never' }));
});

test('definitions come before what they define, and stay when the release goes', async () => {
  const definition = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: things.example.test }
spec:
  group: example.test
  scope: Namespaced
  names: { kind: Thing, plural: things, singular: thing, listKind: ThingList }
  versions:
  - { name: v1, served: true, storage: true, schema: { openAPIV3Schema: { type: object, x-kubernetes-preserve-unknown-fields: true } } }
`;
  const chart = await files(
    'crds',
    {
      'thing.yaml':
        '{{ if .Capabilities.APIVersions.Has "example.test/v1/Thing" }}\napiVersion: example.test/v1\nkind: Thing\nmetadata: { name: one }\n{{ end }}',
      'seen.yaml': map(
        'seen',
        '\n  annotations: { uid: "{{ (lookup "v1" "Namespace" "" "default").metadata.name }}" }',
      ),
    },
    { 'crds/thing.yaml': definition },
  );
  const context = cluster.context('default');
  await installRelease(context, 'shop', { chart: chart.files, values: {} });
  const thing = await context.client.discover('example.test/v1', 'Thing');
  assert.ok(thing && (await context.client.find(thing, { namespace: 'default', name: 'one' })));
  const seen = await context.client.get(ConfigMap, { namespace: 'default', name: 'seen' });
  assert.equal(seen.metadata.annotations?.uid, 'default', 'templates look things up');
  await uninstallRelease(context, 'shop');
  assert.ok(await context.client.discover('example.test/v1', 'Thing'));
});

test('tests of a release run, are chosen by name, and the real helm knows how they ended', {
  skip,
}, async () => {
  const chart = await files('tests', {
    'good.yaml': pod('good-ends-0', { hook: 'test' }),
    'bad.yaml': pod('bad-ends-1', { hook: 'test', 'hook-weight': '1' }),
    'map.yaml': map('plain'),
  });
  const context = cluster.context('l');
  await installRelease(context, 'shop', { chart: chart.files, values: {} }, { createNamespace: true });
  const first = await testRelease(context, 'shop', { except: ['bad-ends-1'] });
  const phases = (hooks: typeof first.hooks = []) =>
    hooks.map(({ name, last_run }) => `${name} ${last_run.phase}`).sort();
  assert.deepEqual(phases(first.hooks), ['bad-ends-1 ', 'good-ends-0 Succeeded']);
  await assert.rejects(testRelease(context, 'shop'), /pod bad-ends-1 failed/);
  const status = await cluster.helm(['status', 'shop', '-n', 'l']);
  assert.match(status, /TEST SUITE: +bad-ends-1[\s\S]*Phase: +Failed/);
  assert.match(status, /TEST SUITE: +good-ends-0[\s\S]*Phase: +Succeeded/);
});
