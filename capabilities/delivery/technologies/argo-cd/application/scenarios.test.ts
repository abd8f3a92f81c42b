// What teams' repositories ask of syncs, one after another on one real API server.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { AnyObject, Kind } from '@slipway/api';
import {
  Application,
  AppProject,
  ConfigMap,
  Deployment,
  Job,
  Namespace,
  Secret,
  Service,
  ServiceAccount,
} from '@slipway/kinds';
import { startTestPlatform, type TestPlatform } from '../platform.fixture.ts';
import type { ApplicationStatus } from './status.ts';

const namespace = 'web';
const OPTIONS = 'argocd.argoproj.io/sync-options';
const HOOK = 'argocd.argoproj.io/hook';
const WAVE = 'argocd.argoproj.io/sync-wave';

function map(name: string, value: string, annotations: Record<string, string> = {}): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, annotations },
    data: { value },
  });
}

function job(name: string, annotations: Record<string, string>): string {
  const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'a', image: 'example.test/a' }] } };
  return JSON.stringify({
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name, annotations },
    spec: { template },
  });
}

const statusOf = (application: AnyObject): ApplicationStatus =>
  (application.status ?? {}) as ApplicationStatus;
const isSynced =
  (revision: string) =>
  ({ sync, operationState }: ApplicationStatus) =>
    sync?.status === 'Synced' && sync.revision === revision && operationState?.phase === 'Succeeded';
const hasFailed = ({ operationState }: ApplicationStatus) => operationState?.phase === 'Failed';
const manual = { syncPolicy: {} };

describe('a sync', () => {
  let platform: TestPlatform;
  before(async () => {
    platform = await startTestPlatform();
  });
  after(() => platform.stop());

  const key = (name: string) => ({ namespace: 'argocd', name });
  const patch = (name: string, body: object) =>
    platform.client.patch(Application, key(name), { type: 'merge', body });
  const operate = (name: string, sync: object = {}, more: object = {}) =>
    patch(name, { operation: { sync, ...more } });
  const find = async (kind: Kind, name: string, where = namespace): Promise<AnyObject | undefined> =>
    (await platform.client.find(kind, { namespace: where, name })) as AnyObject | undefined;
  const value = async (name: string) =>
    (await find(ConfigMap as Kind, name))?.data as { value?: string } | undefined;
  const gone = async (kind: Kind, name: string) => {
    while (await find(kind, name)) await new Promise(resolve => setTimeout(resolve, 10));
  };
  const until = async (name: string, holds: (status: ApplicationStatus) => boolean) =>
    statusOf(await platform.until(name, holds));
  const result = ({ operationState }: ApplicationStatus, name: string) =>
    operationState?.syncResult?.resources?.find(each => each.name === name);
  const finish = async (name: string, type: 'Complete' | 'Failed') => {
    const now = new Date(0).toISOString();
    const reason = type === 'Failed' ? { reason: 'BackoffLimitExceeded', message: 'it broke' } : {};
    const first = type === 'Complete' ? 'SuccessCriteriaMet' : 'FailureTarget';
    const conditions = [first, type].map(each => ({
      type: each,
      status: 'True',
      lastTransitionTime: now,
      ...reason,
    }));
    const end = type === 'Complete' ? { completionTime: now, succeeded: 1 } : { failed: 1 };
    const body = { status: { startTime: now, conditions, ...end } };
    while (!(await find(Job as Kind, name))) await new Promise(resolve => setTimeout(resolve, 10));
    await platform.client.patch(Job, { namespace, name }, { type: 'merge', body }, { subresource: 'status' });
  };

  it('keeps what may not be pruned, and asks before it prunes what somebody has to confirm', async () => {
    const { push, application, git } = platform;
    const files = {
      'pruning/kept.yaml': map('prune-kept', '1', { [OPTIONS]: 'Prune=false' }),
      'pruning/asked.yaml': map('prune-asked', '1', { [OPTIONS]: 'Prune=confirm' }),
      'pruning/rest.yaml': map('prune-rest', '1'),
    };
    await application('pruning', manual);
    const first = await push(files);
    await operate('pruning');
    await until('pruning', isSynced(first));
    await git.git(['rm', '--quiet', 'pruning/kept.yaml', 'pruning/asked.yaml'], `${git.folder}/work`);
    await push({});
    const out = await until('pruning', ({ sync }) => sync?.status === 'OutOfSync');
    const lines = out.resources?.map(each => [
      each.name,
      each.requiresPruning,
      each.requiresDeletionConfirmation,
    ]);
    assert.deepEqual(lines, [
      ['prune-asked', true, true],
      ['prune-kept', true, undefined],
      ['prune-rest', undefined, undefined],
    ]);
    await operate('pruning', { prune: true });
    const waiting = ({ operationState }: ApplicationStatus) =>
      operationState?.message === 'waiting for pruning confirmation of /ConfigMap/prune-asked';
    await until('pruning', waiting);
    const approved = new Date(Date.now() + 1_000).toISOString();
    await patch('pruning', {
      metadata: { annotations: { 'argocd.argoproj.io/deletion-approved': approved } },
    });
    const done = await until('pruning', ({ operationState }) => operationState?.phase === 'Succeeded');
    assert.equal(result(done, 'prune-kept')?.message, 'ignored (no prune)');
    assert.equal(result(done, 'prune-asked')?.status, 'Pruned');
    assert.equal(await value('prune-asked'), undefined);
    assert.deepEqual(await value('prune-kept'), { value: '1' });
  });

  it('prunes nothing that nobody asked it to', async () => {
    const { push, application, git } = platform;
    await application('unpruned', manual);
    const first = await push({
      'unpruned/a.yaml': map('unpruned-a', '1'),
      'unpruned/b.yaml': map('unpruned-b', '1'),
    });
    await operate('unpruned');
    await until('unpruned', isSynced(first));
    await git.git(['rm', '--quiet', 'unpruned/b.yaml'], `${git.folder}/work`);
    const second = await push({});
    await until('unpruned', ({ sync }) => sync?.revision === second && sync.status === 'OutOfSync');
    await operate('unpruned');
    const done = await until('unpruned', ({ history }) => history?.length === 2);
    assert.equal(result(done, 'unpruned-b')?.message, 'ignored (requires pruning)');
    assert.equal(done.sync?.status, 'OutOfSync');
  });

  it('applies only what was chosen, without hooks and without history', async () => {
    const { push, application } = platform;
    await application('chosen', manual);
    await push({
      'chosen/a.yaml': map('chosen-a', '1'),
      'chosen/b.yaml': map('chosen-b', '1'),
      'chosen/hook.yaml': job('chosen-hook', { [HOOK]: 'PreSync' }),
    });
    await operate('chosen', { resources: [{ kind: 'ConfigMap', name: 'chosen-b' }] });
    const done = await until('chosen', ({ operationState }) => operationState?.phase === 'Succeeded');
    assert.deepEqual(await value('chosen-b'), { value: '1' });
    assert.equal(await value('chosen-a'), undefined);
    assert.equal(await find(Job as Kind, 'chosen-hook'), undefined);
    assert.equal(done.history, undefined);
  });

  it('leaves alone what is in sync when only the rest shall be applied', async () => {
    const { push, application } = platform;
    await application('rest', manual);
    const first = await push({ 'rest/a.yaml': map('rest-a', '1'), 'rest/b.yaml': map('rest-b', '1') });
    await operate('rest');
    await until('rest', isSynced(first));
    const second = await push({ 'rest/b.yaml': map('rest-b', '2') });
    await until('rest', ({ sync }) => sync?.revision === second);
    await operate('rest', { syncOptions: ['ApplyOutOfSyncOnly=true'] });
    const done = await until('rest', isSynced(second));
    assert.deepEqual(
      done.operationState?.syncResult?.resources?.map(({ name, message }) => [name, message]),
      [['rest-b', 'configmap/rest-b configured']],
    );
  });

  it('runs SyncFail hooks when a hook failed, and only then', async () => {
    const { push, application } = platform;
    await application('failing', manual);
    await push({
      'failing/a.yaml': map('failing-a', '1'),
      'failing/before.yaml': job('failing-before', { [HOOK]: 'PreSync' }),
      'failing/fail.yaml': job('failing-cleanup', { [HOOK]: 'SyncFail' }),
    });
    await operate('failing');
    await until('failing', ({ operationState }) =>
      /hook batch\/Job\/failing-before/.test(operationState?.message ?? ''),
    );
    assert.equal(await find(Job as Kind, 'failing-cleanup'), undefined);
    await finish('failing-before', 'Failed');
    await until('failing', ({ operationState }) =>
      /hook batch\/Job\/failing-cleanup/.test(operationState?.message ?? ''),
    );
    await finish('failing-cleanup', 'Complete');
    const done = await until('failing', hasFailed);
    assert.match(
      done.operationState?.message ?? '',
      /^one or more synchronization tasks completed unsuccessfully/,
    );
    assert.equal(result(done, 'failing-before')?.hookPhase, 'Failed');
    assert.equal(await value('failing-a'), undefined);
  });

  it('keeps a hook that deletes itself until it has seen how it ended', async () => {
    const { push, application, client } = platform;
    await application('vanishing', manual);
    const revision = await push({
      'vanishing/a.yaml': map('vanishing-a', '1'),
      'vanishing/hook.yaml': job('vanishing-hook', {
        [HOOK]: 'PreSync',
        'argocd.argoproj.io/hook-delete-policy': 'HookSucceeded',
      }),
    });
    await operate('vanishing');
    await until('vanishing', ({ operationState }) => /vanishing-hook/.test(operationState?.message ?? ''));
    const live = await find(Job as Kind, 'vanishing-hook');
    assert.ok(live?.metadata.finalizers?.includes('argocd.argoproj.io/hook-finalizer'));
    await finish('vanishing-hook', 'Complete');
    await client.delete(Job, { namespace, name: 'vanishing-hook' }, { propagationPolicy: 'Background' });
    await until('vanishing', isSynced(revision));
    await gone(Job as Kind, 'vanishing-hook');
  });

  it('replaces, makes anew by force, and applies on the server when it is told to', async () => {
    const { push, application, client } = platform;
    await application('ways', manual);
    const service = (clusterIP: object, options = ''): string =>
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 'ways-service', annotations: options ? { [OPTIONS]: options } : {} },
        spec: { ports: [{ port: 80 }], ...clusterIP },
      });
    await push({
      'ways/replaced.yaml': map('ways-replaced', '1', { [OPTIONS]: 'Replace=true' }),
      'ways/server.yaml': map('ways-server', '1', { [OPTIONS]: 'ServerSideApply=true' }),
      'ways/plain.yaml': map('ways-plain', '1'),
      'ways/service.yaml': service({}),
    });
    await operate('ways');
    await until('ways', ({ history }) => history?.length === 1);
    const plain = await find(ConfigMap as Kind, 'ways-plain');
    const last = plain?.metadata.annotations?.['kubectl.kubernetes.io/last-applied-configuration'] ?? '';
    assert.match(
      last,
      /^\{"apiVersion":"v1","data":\{"value":"1"\},"kind":"ConfigMap","metadata":\{"annotations":.*\}\}\n$/,
    );
    const merge = { type: 'merge' as const, body: { data: { hand: 'made' } } };
    await client.patch(ConfigMap, { namespace, name: 'ways-replaced' }, merge);
    const uid = (await find(Service as Kind, 'ways-service'))?.metadata.uid;
    await push({
      'ways/replaced.yaml': map('ways-replaced', '2', { [OPTIONS]: 'Replace=true' }),
      'ways/server.yaml': map('ways-server', '2', { [OPTIONS]: 'ServerSideApply=true' }),
      'ways/service.yaml': service({ clusterIP: 'None' }, 'Force=true,Replace=true'),
    });
    // A second later, so that what is made anew is younger than the sync.
    await new Promise(resolve => setTimeout(resolve, 1_000));
    await operate('ways');
    const done = await until('ways', ({ history }) => history?.length === 2);
    assert.equal(result(done, 'ways-replaced')?.message, 'configmap/ways-replaced replaced');
    assert.deepEqual(await value('ways-replaced'), { value: '2' }, 'nothing of the one before is left');
    assert.equal(result(done, 'ways-server')?.message, 'configmap/ways-server serverside-applied');
    assert.equal(
      result(done, 'ways-service')?.message,
      'service/ways-service deleted\nservice/ways-service replaced',
    );
    assert.notEqual((await find(Service as Kind, 'ways-service'))?.metadata.uid, uid);
  });

  it('takes over what kubectl applied when it goes over to the server’s way', async () => {
    const { push, application, client } = platform;
    const kind = ConfigMap as Kind;
    const applied = { value: '1', old: 'x' };
    const last = JSON.stringify({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'migrated', namespace },
      data: applied,
    });
    await client.create(
      ConfigMap,
      {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: {
          name: 'migrated',
          namespace,
          annotations: { 'kubectl.kubernetes.io/last-applied-configuration': last },
        },
        data: applied,
      },
      { fieldManager: 'kubectl-client-side-apply' },
    );
    await application('migrated', manual);
    await push({ 'migrated/a.yaml': map('migrated', '2') });
    await operate('migrated', { syncOptions: ['ServerSideApply=true'] });
    await until('migrated', ({ operationState }) => operationState?.phase === 'Succeeded');
    assert.deepEqual(await value('migrated'), { value: '2' }, 'what only kubectl had named is gone');
    const managers = (await find(kind, 'migrated'))?.metadata.managedFields?.map(({ manager, operation }) => [
      manager,
      operation,
    ]);
    assert.deepEqual(managers, [['argocd-controller', 'Apply']]);
  });

  it('makes the destination’s namespace with labels and annotations, and keeps them', async () => {
    const { push, application, client } = platform;
    const revision = await push({ 'spaced/a.yaml': map('spaced', '1') });
    const managed = { labels: { team: 'a' }, annotations: { note: 'b' } };
    await application('spaced', {
      destination: { server: 'https://kubernetes.default.svc', namespace: 'spaced' },
      syncPolicy: {
        automated: { prune: true, selfHeal: true },
        syncOptions: ['CreateNamespace=true'],
        managedNamespaceMetadata: managed,
      },
    });
    await until('spaced', isSynced(revision));
    const live = await client.get(Namespace, { name: 'spaced' });
    assert.equal(live.metadata.labels?.team, 'a');
    assert.equal(live.metadata.annotations?.note, 'b');
    await client.patch(
      Namespace,
      { name: 'spaced' },
      { type: 'merge', body: { metadata: { labels: { own: 'c' } } } },
    );
    const next = { labels: { team: 'z' } };
    await patch('spaced', {
      spec: { syncPolicy: { managedNamespaceMetadata: { ...next, annotations: null } } },
    });
    while ((await client.get(Namespace, { name: 'spaced' })).metadata.labels?.team !== 'z')
      await new Promise(resolve => setTimeout(resolve, 20));
    const after = await client.get(Namespace, { name: 'spaced' });
    assert.equal(after.metadata.labels?.own, 'c', 'what others put there stays');
    assert.equal(after.metadata.annotations?.note, undefined);
  });

  it('leaves alone what is ignored, also when it applies the rest', async () => {
    const { push, application, client } = platform;
    const ignoreDifferences = [{ kind: 'ConfigMap', jqPathExpressions: ['.data.value'] }];
    await application('respected', { ...manual, ignoreDifferences });
    const file = (other: string) =>
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'respected' },
        data: { value: 'git', other },
      });
    const first = await push({ 'respected/a.yaml': file('1') });
    await operate('respected');
    await until('respected', isSynced(first));
    const merge = { type: 'merge' as const, body: { data: { value: 'hand' } } };
    await client.patch(ConfigMap, { namespace, name: 'respected' }, merge);
    const second = await push({ 'respected/a.yaml': file('2') });
    await until('respected', ({ sync }) => sync?.revision === second && sync.status === 'OutOfSync');
    await operate('respected', { syncOptions: ['RespectIgnoreDifferences=true'] });
    await until('respected', isSynced(second));
    assert.deepEqual(await value('respected'), { value: 'hand', other: '2' });
    await operate('respected');
    await until('respected', ({ history }) => history?.length === 3);
    assert.deepEqual(
      await value('respected'),
      { value: 'git', other: '2' },
      'without the option it is only no difference',
    );
  });

  it('says jq that is none in a condition', async () => {
    const { push, application } = platform;
    const first = await push({ 'jq/a.yaml': map('jq', '1') });
    await application('jq');
    await until('jq', isSynced(first));
    await patch('jq', {
      spec: { ignoreDifferences: [{ kind: 'ConfigMap', jqPathExpressions: ['.data['] }] },
    });
    const { conditions, sync } = await until('jq', each => each.conditions !== undefined);
    assert.equal(conditions?.[0]?.type, 'ComparisonError');
    assert.match(conditions?.[0]?.message ?? '', /jqPathExpressions ".data\[": ".data\[": syntax error/);
    assert.equal(sync?.status, 'Unknown');
  });

  it('heals only what was changed by hand, and counts how often', async () => {
    const { push, application, client } = platform;
    const first = await push({
      'selfheal/a.yaml': map('selfheal-a', '1'),
      'selfheal/b.yaml': map('selfheal-b', '1'),
    });
    await application('selfheal');
    await until('selfheal', isSynced(first));
    const merge = { type: 'merge' as const, body: { data: { value: 'hand' } } };
    await client.patch(ConfigMap, { namespace, name: 'selfheal-b' }, merge);
    const healed = await until(
      'selfheal',
      ({ operationState }) =>
        operationState?.phase === 'Succeeded' && operationState.operation.sync?.autoHealAttemptsCount === 1,
    );
    assert.deepEqual(healed.operationState?.operation.sync?.resources, [
      { kind: 'ConfigMap', name: 'selfheal-b' },
    ]);
    assert.equal(healed.history?.length, 1, 'a part is no deployment');
    assert.deepEqual(await value('selfheal-b'), { value: '1' });
  });

  it('warns of objects that stand in two Applications, and refuses them when it is told to', async () => {
    const { push, application } = platform;
    const first = await push({ 'one/a.yaml': map('shared', '1'), 'two/a.yaml': map('shared', '2') });
    await application('one');
    await until('one', isSynced(first));
    await application('two', {
      syncPolicy: { automated: {}, syncOptions: ['FailOnSharedResource=true'], retry: { limit: 0 } },
    });
    const { conditions, operationState } = await until('two', hasFailed);
    assert.match(
      JSON.stringify(conditions),
      /SharedResourceWarning","message":"ConfigMap\/shared is part of applications argocd\/two and one/,
    );
    assert.equal(
      operationState?.message,
      'Shared resource found: ConfigMap/shared is part of applications argocd/two and one',
    );
    assert.deepEqual(await value('shared'), { value: '1' });
  });

  it('warns of an object that stands twice in its sources, and applies the last', async () => {
    const { push, application } = platform;
    const first = await push({ 'twice/a.yaml': map('twice', '1'), 'twice/b.yaml': map('twice', '2') });
    await application('twice');
    const { conditions } = await until('twice', isSynced(first));
    assert.deepEqual(
      conditions?.map(({ type, message }) => [type, message]),
      [
        [
          'RepeatedResourceWarning',
          'Resource /ConfigMap/web/twice appeared 2 times among application resources.',
        ],
      ],
    );
    assert.deepEqual(await value('twice'), { value: '2' });
  });

  it('goes back though the newest commit cannot be read', async () => {
    const { push, application } = platform;
    await application('back', manual);
    const good = await push({ 'back/a.yaml': map('back', '1') });
    await operate('back');
    await until('back', isSynced(good));
    await push({ 'back/a.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: [1\n' });
    await until('back', ({ conditions }) => conditions?.[0]?.type === 'ComparisonError');
    await platform.client.patch(
      ConfigMap,
      { namespace, name: 'back' },
      { type: 'merge', body: { data: { value: 'hand' } } },
    );
    await operate('back', { revision: good });
    const done = await until('back', ({ history }) => history?.length === 2);
    assert.equal(done.history?.[1]?.revision, good);
    assert.deepEqual(await value('back'), { value: '1' });
    assert.equal(done.sync?.status, 'Unknown', 'the branch is still broken');
  });

  it('takes several sources, and each at its own revision when it goes back', async () => {
    const { push, application, git } = platform;
    const first = await push({ 'many-a/a.yaml': map('many-a', '1'), 'many-b/a.yaml': map('many-b', '1') });
    const of = (path: string) => ({ repoURL: git.url, path, targetRevision: 'main' });
    await application('many', {
      source: null,
      sources: [of('many-a'), of('many-b')],
      syncPolicy: { automated: {} },
    });
    const { sync, history, sourceTypes } = await until(
      'many',
      each => each.sync?.status === 'Synced' && each.history?.length === 1,
    );
    assert.deepEqual(sync?.revisions, [first, first]);
    assert.deepEqual(sourceTypes, ['Directory', 'Directory']);
    assert.deepEqual(history?.[0]?.revisions, [first, first]);
    assert.equal(history?.[0]?.sources?.length, 2);
    const second = await push({ 'many-b/a.yaml': map('many-b', '2') });
    await until('many', each => each.history?.length === 2);
    assert.deepEqual(await value('many-b'), { value: '2' });
    await patch('many', { spec: { syncPolicy: { automated: null } } });
    await operate('many', { sources: [of('many-a'), of('many-b')], revisions: [second, first] });
    const back = await until('many', each => each.history?.length === 3);
    assert.deepEqual(back.history?.[2]?.revisions, [second, first]);
    assert.deepEqual(await value('many-b'), { value: '1' });
    assert.equal(back.sync?.status, 'OutOfSync');
  });

  it('waits for a window that lets it, and goes on when it opens', async () => {
    const { push, application, client } = platform;
    const window = {
      kind: 'deny',
      schedule: '* * * * *',
      duration: '1h',
      applications: ['*'],
      manualSync: false,
    };
    await client.create(AppProject, {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'AppProject',
      metadata: { name: 'closed', namespace: 'argocd' },
      spec: { sourceRepos: ['*'], destinations: [{ server: '*', namespace: '*' }], syncWindows: [window] },
    });
    const first = await push({ 'windowed/a.yaml': map('windowed', '1') });
    await application('windowed', { project: 'closed' });
    const out = await until('windowed', ({ sync }) => sync?.status === 'OutOfSync');
    assert.equal(out.operationState, undefined, 'nothing begins by itself');
    await operate('windowed');
    await until(
      'windowed',
      ({ operationState }) => operationState?.message === 'Sync operation blocked by sync window',
    );
    assert.equal(await value('windowed'), undefined);
    await client.patch(
      AppProject,
      { namespace: 'argocd', name: 'closed' },
      { type: 'merge', body: { spec: { syncWindows: [] } } },
    );
    await until('windowed', isSynced(first));
  });

  it('runs hooks of the end, deletes wave after wave, and keeps what shall stay', async () => {
    const { push, application, client } = platform;
    const first = await push({
      'ending/a.yaml': map('ending-first', '1', { [WAVE]: '1' }),
      'ending/b.yaml': map('ending-last', '1'),
      'ending/c.yaml': map('ending-kept', '1', { [OPTIONS]: 'Delete=false' }),
      'ending/pre.yaml': job('ending-pre', { [HOOK]: 'PreDelete' }),
      'ending/post.yaml': job('ending-post', { [HOOK]: 'PostDelete' }),
    });
    await application('ending');
    await until('ending', isSynced(first));
    const own = await client.get(Application, key('ending'));
    assert.deepEqual(own.metadata.finalizers?.sort(), [
      'post-delete-finalizer.argocd.argoproj.io',
      'post-delete-finalizer.argocd.argoproj.io/cleanup',
      'pre-delete-finalizer.argocd.argoproj.io',
      'pre-delete-finalizer.argocd.argoproj.io/cleanup',
    ]);
    assert.equal(await find(Job as Kind, 'ending-pre'), undefined, 'not before its time');
    const finalizers = [...(own.metadata.finalizers ?? []), 'resources-finalizer.argocd.argoproj.io'];
    await patch('ending', { metadata: { finalizers } });
    const held = { metadata: { finalizers: ['test.example/hold'] } };
    await client.patch(ConfigMap, { namespace, name: 'ending-first' }, { type: 'merge', body: held });
    await client.delete(Application, key('ending'));
    await finish('ending-pre', 'Complete');
    for (;;) {
      if ((await find(ConfigMap as Kind, 'ending-first'))?.metadata.deletionTimestamp) break;
      await new Promise(resolve => setTimeout(resolve, 10));
    }
    assert.equal(
      (await find(ConfigMap as Kind, 'ending-last'))?.metadata.deletionTimestamp,
      undefined,
      'the later wave goes first',
    );
    await client.patch(
      ConfigMap,
      { namespace, name: 'ending-first' },
      { type: 'merge', body: { metadata: { finalizers: null } } },
    );
    await finish('ending-post', 'Complete');
    while (await client.find(Application, key('ending')))
      await new Promise(resolve => setTimeout(resolve, 20));
    assert.equal(await value('ending-last'), undefined);
    assert.deepEqual(await value('ending-kept'), { value: '1' });
    assert.equal(await find(Job as Kind, 'ending-pre'), undefined, 'the hooks are gone as well');
    assert.equal(await find(Job as Kind, 'ending-post'), undefined);
  });

  it('waits for approval before it deletes what somebody has to confirm', async () => {
    const { push, application, client } = platform;
    const first = await push({ 'asked/a.yaml': map('asked', '1', { [OPTIONS]: 'Delete=confirm' }) });
    await application('asked');
    await until('asked', isSynced(first));
    await patch('asked', { metadata: { finalizers: ['resources-finalizer.argocd.argoproj.io'] } });
    await client.delete(Application, key('asked'));
    await new Promise(resolve => setTimeout(resolve, 300));
    assert.deepEqual(await value('asked'), { value: '1' });
    const approved = new Date(Date.now() + 1_000).toISOString();
    await patch('asked', { metadata: { annotations: { 'argocd.argoproj.io/deletion-approved': approved } } });
    while (await client.find(Application, key('asked')))
      await new Promise(resolve => setTimeout(resolve, 20));
    assert.equal(await value('asked'), undefined);
  });

  it('compares by asking the server where the Application says so', async () => {
    const { push, application, client } = platform;
    const web = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'asked-server' },
      spec: {
        selector: { matchLabels: { app: 'a' } },
        template: {
          metadata: { labels: { app: 'a' } },
          spec: { containers: [{ name: 'a', image: 'example.test/a:1' }] },
        },
      },
    };
    const first = await push({ 'server/a.yaml': JSON.stringify(web) });
    await application('server', {
      syncPolicy: { automated: { selfHeal: true }, syncOptions: ['ServerSideApply=true'] },
    });
    await patch('server', {
      metadata: { annotations: { 'argocd.argoproj.io/compare-options': 'ServerSideDiff=true' } },
    });
    await until('server', isSynced(first));
    await client.patch(
      Deployment,
      { namespace, name: 'asked-server' },
      { type: 'merge', body: { spec: { replicas: 0 } } },
    );
    await patch('server', { metadata: { annotations: { 'argocd.argoproj.io/refresh': 'normal' } } });
    await platform.until(
      'server',
      (_, { metadata }) => !metadata.annotations?.['argocd.argoproj.io/refresh'],
    );
    assert.equal(
      statusOf(await client.get(Application, key('server'))).sync?.status,
      'Synced',
      'Git leaves replicas open',
    );
  });

  it('tracks by label where argocd-cm says so, and leaves out kinds that it excludes', async () => {
    const { push, application, client, git } = platform;
    const config = (data: object) =>
      client.apply(
        ConfigMap,
        {
          apiVersion: 'v1',
          kind: 'ConfigMap',
          metadata: { name: 'argocd-cm', namespace: 'argocd' },
          data: data as Record<string, string>,
        },
        { fieldManager: 'test', force: true },
      );
    const exclusions = '- apiGroups: [""]\n  kinds: [ServiceAccount]\n  clusters: ["*"]\n';
    await config({ 'application.resourceTrackingMethod': 'label', 'resource.exclusions': exclusions });
    const account = JSON.stringify({
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: 'excluded' },
    });
    const first = await push({
      'labelled/a.yaml': map('labelled-a', '1'),
      'labelled/b.yaml': map('labelled-b', '1'),
      'labelled/c.yaml': account,
    });
    await application('labelled');
    const { conditions } = await until('labelled', isSynced(first));
    assert.deepEqual(
      conditions?.map(({ type, message }) => [type, message]),
      [['ExcludedResourceWarning', 'Resource /ServiceAccount excluded is excluded in the settings']],
    );
    assert.equal(await find(ServiceAccount as Kind, 'excluded'), undefined);
    const live = await find(ConfigMap as Kind, 'labelled-a');
    assert.equal(live?.metadata.labels?.['app.kubernetes.io/instance'], 'labelled');
    assert.equal(live?.metadata.annotations?.['argocd.argoproj.io/tracking-id'], undefined);
    await git.git(['rm', '--quiet', 'labelled/b.yaml'], `${git.folder}/work`);
    const second = await push({});
    await until('labelled', isSynced(second));
    assert.equal(await value('labelled-b'), undefined, 'what is extra is found by its label');
    await config({});
  });

  it('says how many objects nobody delivers where the project asks', async () => {
    const { push, application, client } = platform;
    await client.create(Namespace, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'lonely' } });
    await client.create(AppProject, {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'AppProject',
      metadata: { name: 'tidy', namespace: 'argocd' },
      spec: {
        sourceRepos: ['*'],
        destinations: [{ server: '*', namespace: '*' }],
        orphanedResources: { warn: true },
      },
    });
    for (const name of ['left-a', 'left-b'])
      await client.create(Secret, {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name, namespace: 'lonely' },
      });
    await push({ 'lonely/a.yaml': map('lonely', '1') });
    await application('lonely', {
      project: 'tidy',
      destination: { server: 'https://kubernetes.default.svc', namespace: 'lonely' },
    });
    const { conditions } = await until('lonely', each => each.conditions !== undefined);
    assert.deepEqual(
      conditions?.map(({ type, message }) => [type, message]),
      [['OrphanedResourceWarning', 'Application has 2 orphaned resources']],
    );
  });
});
