// How a sync applies, prunes and runs hooks, as an Application’s and its objects’ options say.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Kind } from '@slipway/api';
import { ConfigMap, Job, Namespace, Service } from '@slipway/kinds';
import {
  HOOK,
  hasFailed,
  isSynced,
  job,
  manual,
  map,
  namespace,
  OPTIONS,
  pause,
  resultOf,
  type Scene,
  startScene,
} from './scene.fixture.ts';
import type { ApplicationStatus } from './status.ts';

describe('a sync', () => {
  let scene: Scene;
  before(async () => {
    scene = await startScene();
  });
  after(() => scene.stop());

  it('keeps what may not be pruned, and asks before it prunes what somebody has to confirm', async () => {
    const { push, application, git } = scene;
    const files = {
      'pruning/kept.yaml': map('prune-kept', '1', { [OPTIONS]: 'Prune=false' }),
      'pruning/asked.yaml': map('prune-asked', '1', { [OPTIONS]: 'Prune=confirm' }),
      'pruning/rest.yaml': map('prune-rest', '1'),
    };
    await application('pruning', manual);
    const first = await push(files);
    await scene.operate('pruning');
    await scene.status('pruning', isSynced(first));
    await git.git(['rm', '--quiet', 'pruning/kept.yaml', 'pruning/asked.yaml'], `${git.folder}/work`);
    await push({});
    const out = await scene.status('pruning', ({ sync }) => sync?.status === 'OutOfSync');
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
    await scene.operate('pruning', { prune: true });
    const waiting = ({ operationState }: ApplicationStatus) =>
      operationState?.message === 'waiting for pruning confirmation of /ConfigMap/prune-asked';
    await scene.status('pruning', waiting);
    const approved = new Date(Date.now() + 1_000).toISOString();
    await scene.patch('pruning', {
      metadata: { annotations: { 'argocd.argoproj.io/deletion-approved': approved } },
    });
    const done = await scene.status('pruning', ({ operationState }) => operationState?.phase === 'Succeeded');
    assert.equal(resultOf(done, 'prune-kept')?.message, 'ignored (no prune)');
    assert.equal(resultOf(done, 'prune-asked')?.status, 'Pruned');
    assert.equal(await scene.value('prune-asked'), undefined);
    assert.deepEqual(await scene.value('prune-kept'), { value: '1' });
  });

  it('prunes nothing that nobody asked it to', async () => {
    const { push, application, git } = scene;
    await application('unpruned', manual);
    const first = await push({
      'unpruned/a.yaml': map('unpruned-a', '1'),
      'unpruned/b.yaml': map('unpruned-b', '1'),
    });
    await scene.operate('unpruned');
    await scene.status('unpruned', isSynced(first));
    await git.git(['rm', '--quiet', 'unpruned/b.yaml'], `${git.folder}/work`);
    const second = await push({});
    await scene.status('unpruned', ({ sync }) => sync?.revision === second && sync.status === 'OutOfSync');
    await scene.operate('unpruned');
    const done = await scene.status('unpruned', ({ history }) => history?.length === 2);
    assert.equal(resultOf(done, 'unpruned-b')?.message, 'ignored (requires pruning)');
    assert.equal(done.sync?.status, 'OutOfSync');
  });

  it('applies only what was chosen, without hooks and without history', async () => {
    const { push, application } = scene;
    await application('chosen', manual);
    await push({
      'chosen/a.yaml': map('chosen-a', '1'),
      'chosen/b.yaml': map('chosen-b', '1'),
      'chosen/hook.yaml': job('chosen-hook', { [HOOK]: 'PreSync' }),
    });
    await scene.operate('chosen', { resources: [{ kind: 'ConfigMap', name: 'chosen-b' }] });
    const done = await scene.status('chosen', ({ operationState }) => operationState?.phase === 'Succeeded');
    assert.deepEqual(await scene.value('chosen-b'), { value: '1' });
    assert.equal(await scene.value('chosen-a'), undefined);
    assert.equal(await scene.find(Job as Kind, 'chosen-hook'), undefined);
    assert.equal(done.history, undefined);
  });

  it('leaves alone what is in sync when only the rest shall be applied', async () => {
    const { push, application } = scene;
    await application('rest', manual);
    const first = await push({ 'rest/a.yaml': map('rest-a', '1'), 'rest/b.yaml': map('rest-b', '1') });
    await scene.operate('rest');
    await scene.status('rest', isSynced(first));
    const second = await push({ 'rest/b.yaml': map('rest-b', '2') });
    await scene.status('rest', ({ sync }) => sync?.revision === second);
    await scene.operate('rest', { syncOptions: ['ApplyOutOfSyncOnly=true'] });
    const done = await scene.status('rest', isSynced(second));
    assert.deepEqual(
      done.operationState?.syncResult?.resources?.map(({ name, message }) => [name, message]),
      [['rest-b', 'configmap/rest-b configured']],
    );
  });

  it('runs SyncFail hooks when a hook failed, and only then', async () => {
    const { push, application } = scene;
    await application('failing', manual);
    await push({
      'failing/a.yaml': map('failing-a', '1'),
      'failing/before.yaml': job('failing-before', { [HOOK]: 'PreSync' }),
      'failing/fail.yaml': job('failing-cleanup', { [HOOK]: 'SyncFail' }),
    });
    await scene.operate('failing');
    await scene.status('failing', ({ operationState }) =>
      /hook batch\/Job\/failing-before/.test(operationState?.message ?? ''),
    );
    assert.equal(await scene.find(Job as Kind, 'failing-cleanup'), undefined);
    await scene.finish('failing-before', 'Failed');
    await scene.status('failing', ({ operationState }) =>
      /hook batch\/Job\/failing-cleanup/.test(operationState?.message ?? ''),
    );
    await scene.finish('failing-cleanup', 'Complete');
    const done = await scene.status('failing', hasFailed);
    assert.match(
      done.operationState?.message ?? '',
      /^one or more synchronization tasks completed unsuccessfully/,
    );
    assert.equal(resultOf(done, 'failing-before')?.hookPhase, 'Failed');
    assert.equal(await scene.value('failing-a'), undefined);
  });

  it('keeps a hook that deletes itself until it has seen how it ended', async () => {
    const { push, application, client } = scene;
    await application('vanishing', manual);
    const revision = await push({
      'vanishing/a.yaml': map('vanishing-a', '1'),
      'vanishing/hook.yaml': job('vanishing-hook', {
        [HOOK]: 'PreSync',
        'argocd.argoproj.io/hook-delete-policy': 'HookSucceeded',
      }),
    });
    await scene.operate('vanishing');
    await scene.status('vanishing', ({ operationState }) =>
      /vanishing-hook/.test(operationState?.message ?? ''),
    );
    const live = await scene.find(Job as Kind, 'vanishing-hook');
    assert.ok(live?.metadata.finalizers?.includes('argocd.argoproj.io/hook-finalizer'));
    await scene.finish('vanishing-hook', 'Complete');
    await client.delete(Job, { namespace, name: 'vanishing-hook' }, { propagationPolicy: 'Background' });
    await scene.status('vanishing', isSynced(revision));
    await scene.gone(Job as Kind, 'vanishing-hook');
  });

  it('replaces, makes anew by force, and applies on the server when it is told to', async () => {
    const { push, application, client } = scene;
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
    await scene.operate('ways');
    await scene.status('ways', ({ history }) => history?.length === 1);
    const plain = await scene.find(ConfigMap as Kind, 'ways-plain');
    const last = plain?.metadata.annotations?.['kubectl.kubernetes.io/last-applied-configuration'] ?? '';
    assert.match(
      last,
      /^\{"apiVersion":"v1","data":\{"value":"1"\},"kind":"ConfigMap","metadata":\{"annotations":.*\}\}\n$/,
    );
    const merge = { type: 'merge' as const, body: { data: { hand: 'made' } } };
    await client.patch(ConfigMap, { namespace, name: 'ways-replaced' }, merge);
    const uid = (await scene.find(Service as Kind, 'ways-service'))?.metadata.uid;
    await push({
      'ways/replaced.yaml': map('ways-replaced', '2', { [OPTIONS]: 'Replace=true' }),
      'ways/server.yaml': map('ways-server', '2', { [OPTIONS]: 'ServerSideApply=true' }),
      'ways/service.yaml': service({ clusterIP: 'None' }, 'Force=true,Replace=true'),
    });
    // A second later, so that what is made anew is younger than the sync.
    await pause(1_000);
    await scene.operate('ways');
    const done = await scene.status('ways', ({ history }) => history?.length === 2);
    assert.equal(resultOf(done, 'ways-replaced')?.message, 'configmap/ways-replaced replaced');
    assert.deepEqual(await scene.value('ways-replaced'), { value: '2' }, 'nothing of the one before is left');
    assert.equal(resultOf(done, 'ways-server')?.message, 'configmap/ways-server serverside-applied');
    assert.equal(
      resultOf(done, 'ways-service')?.message,
      'service/ways-service deleted\nservice/ways-service replaced',
    );
    assert.notEqual((await scene.find(Service as Kind, 'ways-service'))?.metadata.uid, uid);
  });

  it('takes over what kubectl applied when it goes over to the server’s way', async () => {
    const { push, application, client } = scene;
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
    await scene.operate('migrated', { syncOptions: ['ServerSideApply=true'] });
    await scene.status('migrated', ({ operationState }) => operationState?.phase === 'Succeeded');
    assert.deepEqual(await scene.value('migrated'), { value: '2' }, 'what only kubectl had named is gone');
    const managers = (await scene.find(kind, 'migrated'))?.metadata.managedFields?.map(
      ({ manager, operation }) => [manager, operation],
    );
    assert.deepEqual(managers, [['argocd-controller', 'Apply']]);
  });

  it('makes the destination’s namespace with labels and annotations, and keeps them', async () => {
    const { push, application, client } = scene;
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
    await scene.status('spaced', isSynced(revision));
    const live = await client.get(Namespace, { name: 'spaced' });
    assert.equal(live.metadata.labels?.team, 'a');
    assert.equal(live.metadata.annotations?.note, 'b');
    await client.patch(
      Namespace,
      { name: 'spaced' },
      { type: 'merge', body: { metadata: { labels: { own: 'c' } } } },
    );
    const next = { labels: { team: 'z' } };
    await scene.patch('spaced', {
      spec: { syncPolicy: { managedNamespaceMetadata: { ...next, annotations: null } } },
    });
    while ((await client.get(Namespace, { name: 'spaced' })).metadata.labels?.team !== 'z') await pause(20);
    const after = await client.get(Namespace, { name: 'spaced' });
    assert.equal(after.metadata.labels?.own, 'c', 'what others put there stays');
    assert.equal(after.metadata.annotations?.note, undefined);
  });

  it('leaves alone what is ignored, also when it applies the rest', async () => {
    const { push, application, client } = scene;
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
    await scene.operate('respected');
    await scene.status('respected', isSynced(first));
    const merge = { type: 'merge' as const, body: { data: { value: 'hand' } } };
    await client.patch(ConfigMap, { namespace, name: 'respected' }, merge);
    const second = await push({ 'respected/a.yaml': file('2') });
    await scene.status('respected', ({ sync }) => sync?.revision === second && sync.status === 'OutOfSync');
    await scene.operate('respected', { syncOptions: ['RespectIgnoreDifferences=true'] });
    await scene.status('respected', isSynced(second));
    assert.deepEqual(await scene.value('respected'), { value: 'hand', other: '2' });
    await scene.operate('respected');
    await scene.status('respected', ({ history }) => history?.length === 3);
    assert.deepEqual(
      await scene.value('respected'),
      { value: 'git', other: '2' },
      'without the option it is only no difference',
    );
  });

  it('says jq that is none in a condition', async () => {
    const { push, application } = scene;
    const first = await push({ 'jq/a.yaml': map('jq', '1') });
    await application('jq');
    await scene.status('jq', isSynced(first));
    await scene.patch('jq', {
      spec: { ignoreDifferences: [{ kind: 'ConfigMap', jqPathExpressions: ['.data['] }] },
    });
    const { conditions, sync } = await scene.status('jq', each => each.conditions !== undefined);
    assert.equal(conditions?.[0]?.type, 'ComparisonError');
    assert.match(conditions?.[0]?.message ?? '', /jqPathExpressions ".data\[": ".data\[": syntax error/);
    assert.equal(sync?.status, 'Unknown');
  });
});
