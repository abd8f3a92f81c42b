import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { AnyObject } from '@slipway/api';
import { Application, ConfigMap, Event, Job, Namespace, Pod, ServiceAccount } from '@slipway/kinds';
import { startTestPlatform, type TestPlatform } from '../platform.fixture.ts';
import type { ApplicationStatus } from './status.ts';

const namespace = 'web';

function configMap(name: string, value: string, annotations: Record<string, string> = {}): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, annotations },
    data: { value },
  });
}

const deployment = (name: string) => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name} }
spec:
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec: { containers: [{ name: app, image: example.test/app:1 }] }
`;

function statusOf(application: AnyObject): ApplicationStatus {
  return (application.status ?? {}) as ApplicationStatus;
}

const isSynced = (revision: string) => (status: ApplicationStatus) =>
  status.sync?.status === 'Synced' &&
  status.sync.revision === revision &&
  status.operationState?.phase === 'Succeeded';

describe('the Application controller', () => {
  let platform: TestPlatform;
  before(async () => {
    platform = await startTestPlatform();
  });
  after(() => platform.stop());

  const value = async (name: string) =>
    (await platform.client.find(ConfigMap, { namespace, name }))?.data?.value;

  it('syncs what is pushed, with Argo CD’s status, history and tracking', async () => {
    const { push, application, until, client } = platform;
    const first = await push({ 'basic/a.yaml': configMap('a', '1'), 'basic/b.yaml': configMap('b', '1') });
    await application('basic');
    const synced = statusOf(await until('basic', isSynced(first)));
    assert.equal(synced.health?.status, 'Healthy');
    assert.equal(synced.sourceType, 'Directory');
    assert.deepEqual(
      synced.resources?.map(({ kind, name, status }) => [kind, name, status]),
      [
        ['ConfigMap', 'a', 'Synced'],
        ['ConfigMap', 'b', 'Synced'],
      ],
    );
    assert.equal(synced.operationState?.message, 'successfully synced (all tasks run)');
    assert.deepEqual(
      synced.history?.map(({ id, revision }) => [id, revision]),
      [[0, first]],
    );
    const live = await client.get(ConfigMap, { namespace, name: 'a' });
    assert.equal(live.metadata.annotations?.['argocd.argoproj.io/tracking-id'], 'basic:/ConfigMap:web/a');
    const second = await push({ 'basic/a.yaml': configMap('a', '2') });
    const again = statusOf(await until('basic', isSynced(second)));
    assert.equal(await value('a'), '2');
    assert.deepEqual(
      again.history?.map(({ id }) => id),
      [0, 1],
    );
    const told = async () =>
      (await client.list(Event, { namespace: 'argocd' })).items.some(
        event => event.message === `Sync operation to ${second} succeeded`,
      );
    while (!(await told())) await new Promise(resolve => setTimeout(resolve, 20));
  });

  it('prunes what Git no longer has, and nothing when Git has nothing at all', async () => {
    const { push, application, until, git } = platform;
    const first = await push({
      'pruned/a.yaml': configMap('kept', '1'),
      'pruned/b.yaml': configMap('gone', '1'),
    });
    await application('pruned');
    await until('pruned', isSynced(first));
    await git.git(['rm', '--quiet', 'pruned/b.yaml'], `${git.folder}/work`);
    const second = await push({});
    await until('pruned', isSynced(second));
    assert.equal(await value('gone'), undefined);
    await git.git(['rm', '--quiet', 'pruned/a.yaml'], `${git.folder}/work`);
    await push({ 'pruned/readme.txt': 'no manifests' });
    const status = statusOf(
      await until(
        'pruned',
        ({ conditions }) => conditions?.some(({ type }) => type === 'SyncError') ?? false,
      ),
    );
    assert.equal(status.sync?.status, 'OutOfSync');
    assert.equal(await value('kept'), '1');
  });

  it('heals what was changed or deleted by hand, also of kinds that nothing else follows', async () => {
    const { push, application, until, client } = platform;
    const account = JSON.stringify({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'robot' } });
    const revision = await push({ 'healed/a.yaml': configMap('healed', 'git'), 'healed/b.yaml': account });
    await application('healed');
    await until('healed', isSynced(revision));
    const key = { namespace, name: 'healed' };
    await client.patch(ConfigMap, key, { type: 'merge', body: { data: { value: 'hand', more: 'kept' } } });
    await client.delete(ServiceAccount, { namespace, name: 'robot' });
    for (;;) {
      const [map, robot] = await Promise.all([
        client.find(ConfigMap, key),
        client.find(ServiceAccount, { namespace, name: 'robot' }),
      ]);
      if (map?.data?.value !== 'git' || !robot) {
        await new Promise(resolve => setTimeout(resolve, 50));
        continue;
      }
      assert.equal(map.data.more, 'kept', 'what Git does not name is left alone');
      break;
    }
  });

  it('does nothing by itself without automated sync, and what the CLI asks when it asks', async () => {
    const { push, application, until, client } = platform;
    await push({ 'manual/a.yaml': configMap('manual', '1') });
    await application('manual', { syncPolicy: {} });
    const out = statusOf(await until('manual', status => status.sync?.status === 'OutOfSync'));
    assert.equal(out.health?.status, 'Missing');
    assert.equal(await value('manual'), undefined);
    const key = { namespace: 'argocd', name: 'manual' };
    const ask = (operation: object) => client.patch(Application, key, { type: 'merge', body: { operation } });
    await ask({ sync: { dryRun: true }, initiatedBy: { username: 'ada' } });
    const dry = statusOf(await until('manual', status => status.operationState?.phase === 'Succeeded'));
    assert.equal(await value('manual'), undefined, 'a dry run changes nothing');
    assert.equal(dry.history, undefined);
    await ask({ sync: { dryRun: null }, initiatedBy: { username: 'ada' } });
    const done = await until(
      'manual',
      status => status.sync?.status === 'Synced' && status.history?.length === 1,
    );
    assert.equal(done.operation, undefined);
    assert.equal(statusOf(done).operationState?.operation.initiatedBy?.username, 'ada');
  });

  it('goes back to an older revision when asked', async () => {
    const { push, application, until, client } = platform;
    const first = await push({ 'rolled/a.yaml': configMap('rolled', '1') });
    await application('rolled', { syncPolicy: {} });
    const second = await push({ 'rolled/a.yaml': configMap('rolled', '2') });
    const key = { namespace: 'argocd', name: 'rolled' };
    const ask = (revision: string) =>
      client.patch(Application, key, { type: 'merge', body: { operation: { sync: { revision } } } });
    await ask(second);
    await until('rolled', status => status.history?.length === 1);
    await ask(first);
    const status = statusOf(await until('rolled', each => each.history?.length === 2));
    assert.equal(await value('rolled'), '1');
    assert.equal(status.history?.[1]?.revision, first);
    assert.equal(status.sync?.status, 'OutOfSync', 'the branch says something else');
  });

  it('applies waves in order, the next when the last is healthy', async () => {
    const { push, application, until, client } = platform;
    const wave = (at: number) => ({ 'argocd.argoproj.io/sync-wave': `${at}` });
    const revision = await push({
      'waves/a.yaml': configMap('late', '1', wave(5)),
      'waves/b.yaml': configMap('early', '1', wave(-5)),
      'waves/c.yaml': deployment('slow'),
    });
    await application('waves');
    const key = { namespace, name: 'slow' };
    const state = await until('waves', status =>
      (status.operationState?.message ?? '').startsWith('waiting for healthy state of apps/Deployment/slow'),
    );
    assert.equal(statusOf(state).operationState?.phase, 'Running');
    assert.equal(await value('early'), '1');
    assert.equal(await value('late'), undefined);
    await makeHealthy(client, key);
    await until('waves', isSynced(revision));
    assert.equal(await value('late'), '1');
  });

  it('is done with one wave as soon as it is applied, whatever its health', async () => {
    const { push, application, until } = platform;
    const revision = await push({ 'asynchronous/a.yaml': deployment('asynchronous') });
    await application('asynchronous');
    const status = statusOf(await until('asynchronous', isSynced(revision)));
    assert.equal(status.health?.status, 'Progressing');
    assert.deepEqual(status.summary?.images, ['example.test/app:1']);
  });

  it('runs hooks once, before and after, and takes up a sync that was interrupted', async () => {
    const { push, application, until, client, restart } = platform;
    const hook = (phase: string, policy: string) => `
apiVersion: batch/v1
kind: Job
metadata:
  generateName: ${phase.toLowerCase()}-
  annotations: { argocd.argoproj.io/hook: ${phase}, argocd.argoproj.io/hook-delete-policy: ${policy} }
spec:
  template: { spec: { restartPolicy: Never, containers: [{ name: a, image: example.test/migrate }] } }
`;
    const revision = await push({
      'hooked/a.yaml': configMap('hooked', '1'),
      'hooked/before.yaml': hook('PreSync', 'HookSucceeded'),
      'hooked/after.yaml': hook('PostSync', 'BeforeHookCreation'),
    });
    await application('hooked');
    await until('hooked', status =>
      (status.operationState?.message ?? '').includes('completion of hook batch/Job/presync-'),
    );
    assert.equal(await value('hooked'), undefined);
    await restart();
    const jobs = async () => (await client.list(Job, { namespace })).items;
    const [before] = await jobs();
    await finishJob(client, before?.metadata.name ?? '');
    await until('hooked', status =>
      (status.operationState?.message ?? '').includes('completion of hook batch/Job/postsync-'),
    );
    assert.equal(await value('hooked'), '1');
    const afterwards = (await jobs()).find(job => job.metadata.name.startsWith('postsync-'));
    await finishJob(client, afterwards?.metadata.name ?? '');
    const status = statusOf(await until('hooked', isSynced(revision)));
    const left = (await jobs()).filter(job => !job.metadata.deletionTimestamp).map(job => job.metadata.name);
    assert.equal(left.length, 1, left.join());
    assert.match(left[0] ?? '', new RegExp(`^postsync-${revision.slice(0, 7)}-postsync-\\d+$`));
    const listed = status.resources?.filter(({ kind }) => kind === 'Job');
    assert.ok(
      listed?.every(({ hook, status: sync }) => hook && sync === undefined),
      'hooks are no part of the desired state',
    );
  });

  it('ends a sync that somebody terminates', async () => {
    const { push, application, until, client } = platform;
    const wave = { 'argocd.argoproj.io/sync-wave': '1' };
    await push({ 'ended/a.yaml': deployment('ended'), 'ended/b.yaml': configMap('ended', '1', wave) });
    await application('ended', { syncPolicy: {} });
    const key = { namespace: 'argocd', name: 'ended' };
    await client.patch(Application, key, { type: 'merge', body: { operation: { sync: {} } } });
    await until('ended', status => (status.operationState?.message ?? '').startsWith('waiting for healthy'));
    await client.patch(Application, key, {
      type: 'merge',
      body: { status: { operationState: { phase: 'Terminating' } } },
    });
    const status = statusOf(await until('ended', ({ operationState }) => operationState?.phase === 'Failed'));
    assert.equal(status.operationState?.message, 'Operation terminated');
    assert.equal(await value('ended'), undefined);
  });

  it('applies the rest when the server refuses a part, says why, and tries again until Git mends it', async () => {
    const { push, application, until } = platform;
    const broken = deployment('broken').replace('template:', 'tmplate: {}\n  template:');
    await push({ 'broken/a.yaml': configMap('unbroken', '1'), 'broken/b.yaml': broken });
    await application('broken');
    const status = statusOf(
      await until('broken', ({ operationState }) => operationState?.finishedAt !== undefined),
    );
    const { phase, message = '', retryCount, syncResult } = status.operationState ?? {};
    assert.equal(phase, 'Running');
    assert.equal(retryCount, 1);
    assert.match(
      message,
      /^one or more objects failed to apply, reason: .*tmplate.*\. Retrying attempt #1 at \d+:\d\d[AP]M\.$/,
    );
    assert.deepEqual(
      syncResult?.resources?.map(({ name, status: sync }) => [name, sync]),
      [
        ['unbroken', 'Synced'],
        ['broken', 'SyncFailed'],
      ],
    );
    assert.equal(await value('unbroken'), '1');
    await push({ 'broken/b.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: [1\n' });
    const parsed = statusOf(
      await until('broken', ({ conditions }) => /b\.yaml/.test(conditions?.[0]?.message ?? '')),
    );
    assert.equal(parsed.conditions?.[0]?.type, 'ComparisonError');
    assert.match(parsed.conditions?.[0]?.message ?? '', /broken\/b\.yaml:\d+: /);
    assert.equal(parsed.sync?.status, 'Unknown');
    const mended = await push({ 'broken/b.yaml': configMap('mended', '1') });
    await until('broken', isSynced(mended));
  });

  it('names a kind that the cluster does not have', async () => {
    const { push, application, until } = platform;
    const odd = JSON.stringify({ apiVersion: 'odd.test/v1', kind: 'Odd', metadata: { name: 'x' } });
    await push({ 'odd/a.yaml': odd });
    await application('odd');
    const status = statusOf(
      await until('odd', ({ operationState }) => operationState?.finishedAt !== undefined),
    );
    assert.match(status.operationState?.message ?? '', /could not find odd\.test\/Odd .*CRD is installed/);
    assert.deepEqual(
      status.resources?.map(({ kind, status: sync }) => [kind, sync]),
      [['Odd', 'OutOfSync']],
    );
  });

  it('ignores the differences it is told to', async () => {
    const { push, application, until, client } = platform;
    const revision = await push({ 'ignored/a.yaml': configMap('ignored', '1') });
    const ignoreDifferences = [{ kind: 'ConfigMap', jsonPointers: ['/data/value'] }];
    await application('ignored', { ignoreDifferences, syncPolicy: {} });
    const key = { namespace: 'argocd', name: 'ignored' };
    await client.patch(Application, key, { type: 'merge', body: { operation: { sync: {} } } });
    await until('ignored', isSynced(revision));
    await client.patch(
      ConfigMap,
      { namespace, name: 'ignored' },
      { type: 'merge', body: { data: { value: 'hand' } } },
    );
    await client.patch(Application, key, {
      type: 'merge',
      body: { metadata: { annotations: { 'argocd.argoproj.io/refresh': 'hard' } } },
    });
    const application2 = await until(
      'ignored',
      (_status, { metadata }) => !metadata.annotations?.['argocd.argoproj.io/refresh'],
    );
    assert.equal(statusOf(application2).sync?.status, 'Synced');
  });

  it('takes everything with it when it is deleted with the finalizer', async () => {
    const { push, application, until, client } = platform;
    const revision = await push({ 'cascade/a.yaml': configMap('cascade', '1') });
    await application('cascade');
    await until('cascade', isSynced(revision));
    const key = { namespace: 'argocd', name: 'cascade' };
    const finalizers = ['resources-finalizer.argocd.argoproj.io'];
    await client.patch(Application, key, { type: 'merge', body: { metadata: { finalizers } } });
    await client.delete(Application, key);
    while (await client.find(Application, key)) await new Promise(resolve => setTimeout(resolve, 20));
    assert.equal(await value('cascade'), undefined);
  });

  it('keeps a team to its own namespaces, and from what belongs to the whole cluster', async () => {
    const { push, client, git } = platform;
    const role = JSON.stringify({
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRole',
      metadata: { name: 'all' },
      rules: [],
    });
    const elsewhere = configMap('elsewhere', '1').replace(
      '"name":"elsewhere"',
      '"name":"elsewhere","namespace":"web"',
    );
    await push({ 'team/a.yaml': role, 'team/b.yaml': elsewhere });
    const team = (name: string, destination: string): AnyObject => ({
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Application',
      metadata: { name, namespace: 'team-default' },
      spec: {
        project: 'default',
        source: { repoURL: git.url, path: 'team', targetRevision: 'main' },
        destination: { name: 'in-cluster', namespace: destination },
        syncPolicy: { automated: {} },
      },
    });
    await client.create(Application, team('greedy', 'web'));
    await client.create(Application, team('sly', 'default-dev'));
    const status = async (name: string) =>
      statusOf(await client.get(Application, { namespace: 'team-default', name }));
    const wait = async (name: string, holds: (each: ApplicationStatus) => boolean) => {
      for (let seen = await status(name); ; seen = await status(name)) {
        if (holds(seen)) return seen;
        await new Promise(resolve => setTimeout(resolve, 20));
      }
    };
    const greedy = await wait('greedy', each => each.conditions !== undefined);
    assert.match(
      greedy.conditions?.[0]?.message ?? '',
      /namespace 'web' do not match.*default-dev, default-prod/,
    );
    const sly = await wait('sly', each => each.operationState?.finishedAt !== undefined);
    assert.match(sly.operationState?.message ?? '', /ClusterRole is not permitted/);
    assert.match(sly.operationState?.message ?? '', /namespace web is not permitted/);
    assert.equal(await value('elsewhere'), undefined);
  });

  it('makes the destination’s namespace when it is asked to', async () => {
    const { push, application, until, client } = platform;
    const revision = await push({ 'fresh/a.yaml': configMap('fresh', '1') });
    await application('fresh', {
      destination: { server: 'https://kubernetes.default.svc', namespace: 'fresh' },
      syncPolicy: { automated: {}, syncOptions: ['CreateNamespace=true'] },
    });
    await until('fresh', isSynced(revision));
    assert.ok(await client.find(Namespace, { name: 'fresh' }));
  });
});

/** Says of a Deployment's pods what a kubelet would; its controllers conclude the rest, and nobody overwrites it. */
async function makeHealthy(
  client: TestPlatform['client'],
  { namespace, name }: { namespace: string; name: string },
): Promise<void> {
  for (;;) {
    const { items } = await client.list(Pod, { namespace });
    const pods = items.filter(({ metadata }) => metadata.name.startsWith(`${name}-`));
    const now = new Date().toISOString();
    const conditions = [{ type: 'Ready', status: 'True', lastTransitionTime: now }];
    for (const { metadata } of pods)
      await client.patch(
        Pod,
        { namespace, name: metadata.name },
        { type: 'merge', body: { status: { phase: 'Running', startTime: now, conditions } } },
        { subresource: 'status' },
      );
    if (pods.length > 0) return;
    await new Promise(resolve => setTimeout(resolve, 20));
  }
}

async function finishJob(client: TestPlatform['client'], name: string): Promise<void> {
  const now = new Date(0).toISOString();
  const conditions = [
    { type: 'SuccessCriteriaMet', status: 'True', lastTransitionTime: now },
    { type: 'Complete', status: 'True', lastTransitionTime: now },
  ];
  const status = { startTime: now, completionTime: now, succeeded: 1, conditions };
  await client.patch(
    Job,
    { namespace, name },
    { type: 'merge', body: { status } },
    { subresource: 'status' },
  );
}
