// What else decides over syncs: what people change by hand, other Applications, sources, windows, settings, and the end.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Kind } from '@slipway/api';
import {
  Application,
  AppProject,
  ConfigMap,
  Deployment,
  Job,
  Namespace,
  Secret,
  ServiceAccount,
} from '@slipway/kinds';
import { startKube } from '@slipway/kube';
import { selfSigned } from '../../../../../test/self-signed.ts';
import {
  HOOK,
  hasFailed,
  isSynced,
  job,
  keyOf,
  manual,
  map,
  namespace,
  OPTIONS,
  pause,
  type Scene,
  startScene,
  statusOf,
  WAVE,
} from './scene.fixture.ts';

describe('an Application', () => {
  let scene: Scene;
  before(async () => {
    scene = await startScene();
  });
  after(() => scene.stop());

  it('heals only what was changed by hand, and counts how often', async () => {
    const { push, application, client } = scene;
    const first = await push({
      'selfheal/a.yaml': map('selfheal-a', '1'),
      'selfheal/b.yaml': map('selfheal-b', '1'),
    });
    await application('selfheal');
    await scene.status('selfheal', isSynced(first));
    const merge = { type: 'merge' as const, body: { data: { value: 'hand' } } };
    await client.patch(ConfigMap, { namespace, name: 'selfheal-b' }, merge);
    const healed = await scene.status(
      'selfheal',
      ({ operationState }) =>
        operationState?.phase === 'Succeeded' && operationState.operation.sync?.autoHealAttemptsCount === 1,
    );
    assert.deepEqual(healed.operationState?.operation.sync?.resources, [
      { kind: 'ConfigMap', name: 'selfheal-b' },
    ]);
    assert.equal(healed.history?.length, 1, 'a part is no deployment');
    assert.deepEqual(await scene.value('selfheal-b'), { value: '1' });
  });

  it('warns of objects that stand in two Applications, and refuses them when it is told to', async () => {
    const { push, application } = scene;
    const first = await push({ 'one/a.yaml': map('shared', '1'), 'two/a.yaml': map('shared', '2') });
    await application('one');
    await scene.status('one', isSynced(first));
    await application('two', {
      syncPolicy: { automated: {}, syncOptions: ['FailOnSharedResource=true'], retry: { limit: 0 } },
    });
    const { conditions, operationState } = await scene.status('two', hasFailed);
    assert.match(
      JSON.stringify(conditions),
      /SharedResourceWarning","message":"ConfigMap\/shared is part of applications argocd\/two and one/,
    );
    assert.equal(
      operationState?.message,
      'Shared resource found: ConfigMap/shared is part of applications argocd/two and one',
    );
    assert.deepEqual(await scene.value('shared'), { value: '1' });
  });

  it('warns of an object that stands twice in its sources, and applies the last', async () => {
    const { push, application } = scene;
    const first = await push({ 'twice/a.yaml': map('twice', '1'), 'twice/b.yaml': map('twice', '2') });
    await application('twice');
    const { conditions } = await scene.status('twice', isSynced(first));
    assert.deepEqual(
      conditions?.map(({ type, message }) => [type, message]),
      [
        [
          'RepeatedResourceWarning',
          'Resource /ConfigMap/web/twice appeared 2 times among application resources.',
        ],
      ],
    );
    assert.deepEqual(await scene.value('twice'), { value: '2' });
  });

  it('goes back though the newest commit cannot be read', async () => {
    const { push, application } = scene;
    await application('back', manual);
    const good = await push({ 'back/a.yaml': map('back', '1') });
    await scene.operate('back');
    await scene.status('back', isSynced(good));
    await push({ 'back/a.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: [1\n' });
    await scene.status('back', ({ conditions }) => conditions?.[0]?.type === 'ComparisonError');
    await scene.client.patch(
      ConfigMap,
      { namespace, name: 'back' },
      { type: 'merge', body: { data: { value: 'hand' } } },
    );
    await scene.operate('back', { revision: good });
    const done = await scene.status('back', ({ history }) => history?.length === 2);
    assert.equal(done.history?.[1]?.revision, good);
    assert.deepEqual(await scene.value('back'), { value: '1' });
    assert.equal(done.sync?.status, 'Unknown', 'the branch is still broken');
  });

  it('takes several sources, and each at its own revision when it goes back', async () => {
    const { push, application, git } = scene;
    const first = await push({ 'many-a/a.yaml': map('many-a', '1'), 'many-b/a.yaml': map('many-b', '1') });
    const of = (path: string) => ({ repoURL: git.url, path, targetRevision: 'main' });
    await application('many', {
      source: null,
      sources: [of('many-a'), of('many-b')],
      syncPolicy: { automated: {} },
    });
    const { sync, history, sourceTypes } = await scene.status(
      'many',
      each => each.sync?.status === 'Synced' && each.history?.length === 1,
    );
    assert.deepEqual(sync?.revisions, [first, first]);
    assert.deepEqual(sourceTypes, ['Directory', 'Directory']);
    assert.deepEqual(history?.[0]?.revisions, [first, first]);
    assert.equal(history?.[0]?.sources?.length, 2);
    const second = await push({ 'many-b/a.yaml': map('many-b', '2') });
    await scene.status('many', each => each.history?.length === 2);
    assert.deepEqual(await scene.value('many-b'), { value: '2' });
    await scene.patch('many', { spec: { syncPolicy: { automated: null } } });
    await scene.operate('many', { sources: [of('many-a'), of('many-b')], revisions: [second, first] });
    const back = await scene.status('many', each => each.history?.length === 3);
    assert.deepEqual(back.history?.[2]?.revisions, [second, first]);
    assert.deepEqual(await scene.value('many-b'), { value: '1' });
    assert.equal(back.sync?.status, 'OutOfSync');
  });

  it('waits for a window that lets it, and goes on when it opens', async () => {
    const { push, application, client } = scene;
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
    const out = await scene.status('windowed', ({ sync }) => sync?.status === 'OutOfSync');
    assert.equal(out.operationState, undefined, 'nothing begins by itself');
    await scene.operate('windowed');
    await scene.status(
      'windowed',
      ({ operationState }) => operationState?.message === 'Sync operation blocked by sync window',
    );
    assert.equal(await scene.value('windowed'), undefined);
    await client.patch(
      AppProject,
      { namespace: 'argocd', name: 'closed' },
      { type: 'merge', body: { spec: { syncWindows: [] } } },
    );
    await scene.status('windowed', isSynced(first));
  });

  it('runs hooks of the end, deletes wave after wave, and keeps what shall stay', async () => {
    const { push, application, client } = scene;
    const first = await push({
      'ending/a.yaml': map('ending-first', '1', { [WAVE]: '1' }),
      'ending/b.yaml': map('ending-last', '1'),
      'ending/c.yaml': map('ending-kept', '1', { [OPTIONS]: 'Delete=false' }),
      'ending/pre.yaml': job('ending-pre', { [HOOK]: 'PreDelete' }),
      'ending/post.yaml': job('ending-post', { [HOOK]: 'PostDelete' }),
    });
    await application('ending');
    await scene.status('ending', isSynced(first));
    const own = await client.get(Application, keyOf('ending'));
    assert.deepEqual(own.metadata.finalizers?.sort(), [
      'post-delete-finalizer.argocd.argoproj.io',
      'post-delete-finalizer.argocd.argoproj.io/cleanup',
      'pre-delete-finalizer.argocd.argoproj.io',
      'pre-delete-finalizer.argocd.argoproj.io/cleanup',
    ]);
    assert.equal(await scene.find(Job as Kind, 'ending-pre'), undefined, 'not before its time');
    const finalizers = [...(own.metadata.finalizers ?? []), 'resources-finalizer.argocd.argoproj.io'];
    await scene.patch('ending', { metadata: { finalizers } });
    const held = { metadata: { finalizers: ['test.example/hold'] } };
    await client.patch(ConfigMap, { namespace, name: 'ending-first' }, { type: 'merge', body: held });
    await client.delete(Application, keyOf('ending'));
    await scene.finish('ending-pre', 'Complete');
    for (;;) {
      if ((await scene.find(ConfigMap as Kind, 'ending-first'))?.metadata.deletionTimestamp) break;
      await pause(10);
    }
    assert.equal(
      (await scene.find(ConfigMap as Kind, 'ending-last'))?.metadata.deletionTimestamp,
      undefined,
      'the later wave goes first',
    );
    await client.patch(
      ConfigMap,
      { namespace, name: 'ending-first' },
      { type: 'merge', body: { metadata: { finalizers: null } } },
    );
    await scene.finish('ending-post', 'Complete');
    while (await client.find(Application, keyOf('ending'))) await pause(20);
    assert.equal(await scene.value('ending-last'), undefined);
    assert.deepEqual(await scene.value('ending-kept'), { value: '1' });
    assert.equal(await scene.find(Job as Kind, 'ending-pre'), undefined, 'the hooks are gone as well');
    assert.equal(await scene.find(Job as Kind, 'ending-post'), undefined);
  });

  it('waits for approval before it deletes what somebody has to confirm', async () => {
    const { push, application, client } = scene;
    const first = await push({ 'asked/a.yaml': map('asked', '1', { [OPTIONS]: 'Delete=confirm' }) });
    await application('asked');
    await scene.status('asked', isSynced(first));
    await scene.patch('asked', { metadata: { finalizers: ['resources-finalizer.argocd.argoproj.io'] } });
    await client.delete(Application, keyOf('asked'));
    await pause(300);
    assert.deepEqual(await scene.value('asked'), { value: '1' });
    const approved = new Date(Date.now() + 1_000).toISOString();
    await scene.patch('asked', {
      metadata: { annotations: { 'argocd.argoproj.io/deletion-approved': approved } },
    });
    while (await client.find(Application, keyOf('asked'))) await pause(20);
    assert.equal(await scene.value('asked'), undefined);
  });

  it('compares by asking the server where the Application says so', async () => {
    const { push, application, client } = scene;
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
    await scene.patch('server', {
      metadata: { annotations: { 'argocd.argoproj.io/compare-options': 'ServerSideDiff=true' } },
    });
    await scene.status('server', isSynced(first));
    await client.patch(
      Deployment,
      { namespace, name: 'asked-server' },
      { type: 'merge', body: { spec: { replicas: 0 } } },
    );
    await scene.patch('server', { metadata: { annotations: { 'argocd.argoproj.io/refresh': 'normal' } } });
    await scene.until('server', (_, { metadata }) => !metadata.annotations?.['argocd.argoproj.io/refresh']);
    assert.equal(
      statusOf(await client.get(Application, keyOf('server'))).sync?.status,
      'Synced',
      'Git leaves replicas open',
    );
  });

  it('tracks by label where argocd-cm says so, and leaves out kinds that it excludes', async () => {
    const { push, application, client, git } = scene;
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
    const { conditions } = await scene.status('labelled', isSynced(first));
    assert.deepEqual(
      conditions?.map(({ type, message }) => [type, message]),
      [['ExcludedResourceWarning', 'Resource /ServiceAccount excluded is excluded in the settings']],
    );
    assert.equal(await scene.find(ServiceAccount as Kind, 'excluded'), undefined);
    const live = await scene.find(ConfigMap as Kind, 'labelled-a');
    assert.equal(live?.metadata.labels?.['app.kubernetes.io/instance'], 'labelled');
    assert.equal(live?.metadata.annotations?.['argocd.argoproj.io/tracking-id'], undefined);
    await git.git(['rm', '--quiet', 'labelled/b.yaml'], `${git.folder}/work`);
    const second = await push({});
    await scene.status('labelled', isSynced(second));
    assert.equal(await scene.value('labelled-b'), undefined, 'what is extra is found by its label');
    await config({});
  });

  it('says how many objects nobody delivers where the project asks', async () => {
    const { push, application, client } = scene;
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
    const { conditions } = await scene.status('lonely', each => each.conditions !== undefined);
    assert.deepEqual(
      conditions?.map(({ type, message }) => [type, message]),
      [['OrphanedResourceWarning', 'Application has 2 orphaned resources']],
    );
  });

  it('delivers to another cluster, heals there, and lets it go with its Secret', async () => {
    const { push, application, client } = scene;
    const { cert, key } = await selfSigned({ names: ['localhost'], addresses: ['127.0.0.1'] });
    const other = await startKube({ controllers: false, listen: { cert, key } });
    try {
      const there = other.client();
      await there.create(Namespace, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
      const { users } = JSON.parse(other.kubeconfig()) as { users: { user: { token: string } }[] };
      const bearerToken = users[0]?.user.token;
      const config = { bearerToken, tlsClientConfig: { caData: Buffer.from(cert).toString('base64') } };
      await client.create(Secret, {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: {
          name: 'far',
          namespace: 'argocd',
          labels: { 'argocd.argoproj.io/secret-type': 'cluster' },
        },
        stringData: { name: 'far', server: other.url, config: JSON.stringify(config) },
      });
      const first = await push({ 'far/a.yaml': map('far', '1') });
      await application('far', { destination: { name: 'far', namespace } });
      await scene.status('far', isSynced(first));
      const at = { namespace, name: 'far' };
      assert.equal((await there.get(ConfigMap, at)).data?.value, '1');
      assert.equal(await scene.value('far'), undefined, 'nothing of it is here');
      await there.delete(ConfigMap, at);
      while (!(await there.find(ConfigMap, at))) await pause(10);
      await scene.patch('far', { metadata: { finalizers: ['resources-finalizer.argocd.argoproj.io'] } });
      await client.delete(Secret, { namespace: 'argocd', name: 'far' });
      const lost = await scene.status('far', each => each.conditions?.[0]?.type === 'InvalidSpecError');
      assert.equal(lost.conditions?.[0]?.message, 'there are no clusters with this name: far');
      await client.delete(Application, keyOf('far'));
      while (await client.find(Application, keyOf('far'))) await pause(20);
      assert.ok(await there.find(ConfigMap, at), 'nobody can reach it any more');
    } finally {
      await other.stop();
    }
  });
});
