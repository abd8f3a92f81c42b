import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type AnyObject, hasReason, type Stored } from '@slipway/api';
import { Application, AppProject, Repository, Secret } from '@slipway/kinds';
import { type SetPlatform, startSetPlatform } from './set-platform.fixture.ts';
import type { ApplicationSetCondition, ApplicationSetSpec, ApplicationTemplate } from './spec.ts';
import { ApplicationSetKind } from './spec.ts';

let platform: SetPlatform;
before(async () => {
  platform = await startSetPlatform();
});
after(() => platform.stop());

const template = (name: string, more: ApplicationTemplate = {}): ApplicationTemplate => ({
  metadata: { name, ...more.metadata },
  spec: {
    project: 'default',
    source: { repoURL: 'https://git.example.test/apps', path: '{{name}}', targetRevision: 'main' },
    destination: { name: 'in-cluster', namespace: '{{name}}' },
    ...more.spec,
  },
});
const list = (...names: string[]) => ({ list: { elements: names.map(name => ({ name })) } });

async function names(prefix: string): Promise<string[]> {
  const found = await platform.applications();
  return found
    .map(({ metadata }) => metadata.name)
    .filter(name => name.startsWith(prefix))
    .sort();
}

function untilNames(prefix: string, wanted: string[]): Promise<unknown> {
  return platform.until(async () => (await names(prefix)).join() === wanted.join());
}

async function condition(set: string, type: string, holds: (found: ApplicationSetCondition) => boolean) {
  return platform.until(async () => {
    const { status } = await platform.set(set);
    return status?.conditions?.find(each => each.type === type && holds(each));
  });
}

const application = (name: string) => platform.client.get(Application, { namespace: 'argocd', name });

test('an ApplicationSet makes, changes and deletes its Applications, and says so', async () => {
  const { put, set, client } = platform;
  await put('basic', { generators: [list('basic-a', 'basic-b')], template: template('{{name}}') });
  await untilNames('basic-', ['basic-a', 'basic-b']);
  const made = await application('basic-a');
  assert.deepEqual(made.metadata.finalizers, ['resources-finalizer.argocd.argoproj.io']);
  assert.equal(made.metadata.ownerReferences?.[0]?.kind, 'ApplicationSet');
  assert.deepEqual(made.spec?.destination, { name: 'in-cluster', namespace: 'basic-a' });
  await condition('basic', 'ResourcesUpToDate', ({ status }) => status === 'True');
  const done = await platform.until(async () => {
    const found = await set('basic');
    return found.status?.resourcesCount === 2 && found;
  });
  assert.deepEqual(
    done.status?.conditions?.map(({ type, status, reason, message }) => [type, status, reason, message]),
    [
      [
        'ErrorOccurred',
        'False',
        'ApplicationSetUpToDate',
        'All applications have been generated successfully',
      ],
      [
        'ParametersGenerated',
        'True',
        'ParametersGenerated',
        'Successfully generated parameters for all Applications',
      ],
      [
        'ResourcesUpToDate',
        'True',
        'ApplicationSetUpToDate',
        'All applications have been generated successfully',
      ],
    ],
  );
  assert.equal(done.status?.health?.status, 'Healthy');
  const changed = template('{{name}}', { metadata: { labels: { tier: '{{name}}' } } });
  await put('basic', { generators: [list('basic-b', 'basic-c')], template: changed });
  await platform.until(async () => (await application('basic-b')).metadata.labels?.tier === 'basic-b');
  await release('basic-a');
  await untilNames('basic-', ['basic-b', 'basic-c']);
  await client.patch(
    Application,
    { namespace: 'argocd', name: 'basic-c' },
    { type: 'merge', body: { spec: { destination: { namespace: 'elsewhere' } } } },
  );
  await platform.until(async () => {
    const { spec = {} } = await application('basic-c');
    return (spec.destination as { namespace: string }).namespace === 'basic-c';
  });
});

/** Nobody here finalizes Applications: the test does, when one is being deleted. */
async function release(name: string): Promise<void> {
  const key = { namespace: 'argocd', name };
  await platform.until(async () => {
    const found = await platform.client.find(Application, key);
    return !found || found.metadata.deletionTimestamp !== undefined;
  });
  const body = { metadata: { finalizers: null } };
  await platform.client.patch(Application, key, { type: 'merge', body }).catch(error => {
    if (!hasReason(error, 'NotFound')) throw error;
  });
}

test('an ApplicationSet follows folders of a repository as they are pushed', async () => {
  const { put, git, client } = platform;
  const key = { namespace: 'argocd', name: 'folders' };
  await git.commit({ 'apps/web/x.yaml': 'a: 1', 'apps/db/x.yaml': 'a: 1', 'other/x.yaml': 'a: 1' });
  await client.create(Repository, {
    apiVersion: 'source.slipway.dev/v1alpha1',
    kind: 'Repository',
    metadata: key,
    spec: { owner: 'default', name: 'folders' },
  });
  await put('git', {
    generators: [{ git: { repoURL: git.url, revision: 'main', directories: [{ path: 'apps/*' }] } }],
    template: template('git-{{path.basename}}'),
  });
  await untilNames('git-', ['git-db', 'git-web']);
  const commit = await git.commit({ 'apps/cache/x.yaml': 'a: 1' });
  const body = { status: { url: git.url, branches: { main: commit } } };
  await client.patch(Repository, key, { type: 'merge', body }, { subresource: 'status' });
  await untilNames('git-', ['git-cache', 'git-db', 'git-web']);
});

test('an ApplicationSet follows clusters as their Secrets come and go', async () => {
  const { put, client } = platform;
  await put('clusters', {
    generators: [{ clusters: { selector: { matchLabels: { env: 'prod' } } } }],
    template: template('cluster-{{name}}', {
      spec: { destination: { server: '{{server}}', namespace: 'x' } },
    }),
  });
  await condition('clusters', 'ResourcesUpToDate', ({ status }) => status === 'True');
  const key = { namespace: 'argocd', name: 'eu' };
  await client.create(Secret, {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { ...key, labels: { 'argocd.argoproj.io/secret-type': 'cluster', env: 'prod' } },
    stringData: { name: 'eu', server: 'https://eu.example.test', config: '{}' },
  });
  await untilNames('cluster-', ['cluster-eu']);
  await client.delete(Secret, key);
  await untilNames('cluster-', []);
});

const failures: {
  name: string;
  spec: ApplicationSetSpec;
  reason: string;
  message: RegExp;
  because: string;
}[] = [
  {
    name: 'bad-generator',
    spec: { generators: [{ pullRequest: {} as object }], template: template('x') },
    reason: 'ApplicationGenerationFromParamsError',
    message: /^generator pullRequest is not supported by this engine/,
    because: 'a generator that nobody serves',
  },
  {
    name: 'bad-project',
    spec: { generators: [list('bad-p')], template: template('{{name}}', { spec: { project: 'none' } }) },
    reason: 'ApplicationValidationError',
    message: /^application references project none which does not exist$/,
    because: 'a project that there is not',
  },
  {
    name: 'bad-cluster',
    spec: {
      generators: [list('bad-c1', 'bad-c2')],
      template: template('{{name}}', { spec: { destination: { name: 'gone', namespace: 'x' } } }),
    },
    reason: 'ApplicationValidationError',
    message:
      /^application destination spec is invalid: there are no clusters with this name: gone \(and 1 more\)$/,
    because: 'a cluster that there is not',
  },
  {
    name: 'bad-twice',
    spec: { generators: [list('a', 'b')], template: template('bad-same') },
    reason: 'ApplicationValidationError',
    message: /^ApplicationSet bad-twice contains applications with duplicate name: bad-same$/,
    because: 'two of one name',
  },
];
for (const { name, spec, reason, message, because } of failures) {
  test(`an ApplicationSet says what is wrong: ${because}`, async () => {
    await platform.put(name, spec);
    const found = await condition(name, 'ErrorOccurred', ({ status }) => status === 'True');
    assert.equal(found.reason, reason);
    assert.match(found.message, message);
    assert.equal((await platform.set(name)).status?.health?.status, 'Degraded');
    assert.deepEqual(await names('bad-'), [], 'and makes nothing');
  });
}

test('an ApplicationSet that cannot be generated any more keeps the Applications it has', async () => {
  const { put } = platform;
  await put('kept', { generators: [list('kept-a')], template: template('{{name}}') });
  await untilNames('kept-', ['kept-a']);
  const gone = {
    git: { repoURL: 'http://127.0.0.1:1/gone.git', revision: 'main', directories: [{ path: '*' }] },
  };
  await put('kept', { generators: [gone], template: template('kept-{{path.basename}}') });
  const found = await condition('kept', 'ErrorOccurred', ({ status }) => status === 'True');
  assert.match(found.message, /^error generating params from git: /);
  assert.deepEqual(await names('kept-'), ['kept-a']);
});

test('preserved fields and ignored differences are others’ to change', async () => {
  const { put, client } = platform;
  const spec: ApplicationSetSpec = {
    generators: [list('mine-a')],
    template: template('{{name}}', { metadata: { labels: { own: 'yes' } } }),
    preservedFields: { labels: ['theirs'], annotations: ['note'] },
    ignoreApplicationDifferences: [
      { jsonPointers: ['/spec/source/targetRevision'] },
      { name: 'mine-a', jqPathExpressions: ['.spec.syncPolicy', '.metadata.labels.byjq'] },
    ],
  };
  await put('mine', spec);
  await untilNames('mine-', ['mine-a']);
  const key = { namespace: 'argocd', name: 'mine-a' };
  const body = {
    metadata: {
      labels: { theirs: 'x', own: 'no', stray: 'x', byjq: 'x' },
      annotations: { note: 'n', stray: 'x' },
    },
    spec: { source: { targetRevision: 'other', path: 'changed' }, syncPolicy: { automated: {} } },
  };
  await client.patch(Application, key, { type: 'merge', body });
  const healed = await platform.until(async () => {
    const found = await application('mine-a');
    return found.metadata.labels?.stray === undefined && found;
  });
  assert.deepEqual(healed.metadata.labels, { own: 'yes', theirs: 'x', byjq: 'x' });
  assert.deepEqual(healed.metadata.annotations, { note: 'n' });
  assert.deepEqual(healed.spec?.source, {
    repoURL: 'https://git.example.test/apps',
    path: 'mine-a',
    targetRevision: 'other',
  });
  assert.deepEqual(healed.spec?.syncPolicy, { automated: {} });
});

test('policies say what may happen to Applications', async () => {
  const { put, client } = platform;
  const spec = (policy: string, ...elements: string[]): ApplicationSetSpec => ({
    generators: [list(...elements)],
    template: template('{{name}}', { spec: { revisionHistoryLimit: elements.length } }),
    syncPolicy: { applicationsSync: policy, preserveResourcesOnDeletion: true },
  });
  const limit = async (name: string) => (await application(name)).spec?.revisionHistoryLimit;
  await put('create-only', spec('create-only', 'co-a'));
  await put('create-update', spec('create-update', 'cu-a', 'cu-b'));
  await put('create-delete', spec('create-delete', 'cd-a', 'cd-b'));
  await untilNames('cd-', ['cd-a', 'cd-b']);
  await put('create-only', spec('create-only', 'co-b', 'co-a'));
  await put('create-update', spec('create-update', 'cu-a'));
  await put('create-delete', spec('create-delete', 'cd-a'));
  await untilNames('cd-', ['cd-a']);
  await untilNames('co-', ['co-a', 'co-b']);
  await platform.until(async () => (await limit('cu-a')) === 1);
  assert.deepEqual(await names('cu-'), ['cu-a', 'cu-b'], 'nothing is deleted');
  assert.equal(await limit('co-a'), 1, 'nothing is changed');
  assert.equal(await limit('cd-a'), 2, 'nothing is changed');
  assert.equal((await application('co-a')).metadata.finalizers, undefined, 'what they delivered is to stay');
  await client.delete(ApplicationSetKind, { namespace: 'argocd', name: 'create-delete' });
  await untilNames('cd-', []);
});

test('an ApplicationSet of a team reads that team’s repositories only', async () => {
  const { client } = platform;
  const key = { namespace: 'team-acme', name: 'spy' };
  await client.create(ApplicationSetKind, {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'ApplicationSet',
    metadata: key,
    spec: {
      generators: [
        {
          git: {
            repoURL: 'https://git.slipway.internal/other/x.git',
            revision: 'HEAD',
            directories: [{ path: '*' }],
          },
        },
      ],
      template: template('x'),
    },
  } as never);
  const found = await platform.until(async () => {
    const { status } = await client.get(ApplicationSetKind, key);
    return status?.conditions?.find(({ type, status }) => type === 'ErrorOccurred' && status === 'True');
  });
  assert.match(found.message, /Applications of team "acme" read repositories of "acme"/);
});

test('a project that comes later mends the ApplicationSet that names it', async () => {
  const { put, client } = platform;
  await put('late', {
    generators: [list('late-a')],
    template: template('{{name}}', { spec: { project: 'late' } }),
  });
  await condition('late', 'ErrorOccurred', ({ status }) => status === 'True');
  await client.create(AppProject, {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'AppProject',
    metadata: { name: 'late', namespace: 'argocd' },
    spec: {},
  });
  await untilNames('late-', ['late-a']);
});

test('a rollout goes step by step, each when the one before is healthy', async () => {
  const { put, set } = platform;
  const element = (name: string, env: string) => ({ name, env });
  const elements = [element('roll-a', 'dev'), element('roll-b', 'prod'), element('roll-c', 'prod')];
  const step = (env: string, maxUpdate?: number) => ({
    matchExpressions: [{ key: 'env', operator: 'In', values: [env] }],
    ...(maxUpdate === undefined ? {} : { maxUpdate }),
  });
  await put('roll', {
    generators: [{ list: { elements } }],
    template: template('{{name}}', {
      metadata: { labels: { env: '{{env}}' } },
      spec: { syncPolicy: { automated: { prune: true } } },
    }),
    strategy: { type: 'RollingSync', rollingSync: { steps: [step('dev'), step('prod', 1)] } },
  });
  await untilNames('roll-', ['roll-a', 'roll-b', 'roll-c']);
  const asked = async (name: string) => {
    const { operation } = (await application(name)) as { operation?: { sync?: { prune?: boolean } } };
    return operation?.sync?.prune === true;
  };
  await platform.until(() => asked('roll-a'));
  assert.deepEqual(await Promise.all(['roll-b', 'roll-c'].map(asked)), [false, false]);
  const automated = (await application('roll-a')).spec?.syncPolicy;
  assert.deepEqual(automated, { automated: { prune: true, enabled: false } });
  const progress = await condition('roll', 'RolloutProgressing', ({ status }) => status === 'True');
  assert.equal(progress.message, 'ApplicationSet is performing rollout of step 1');
  await becomes('roll-a');
  await platform.until(async () => (await asked('roll-b')) || (await asked('roll-c')));
  const both = await Promise.all(['roll-b', 'roll-c'].map(asked));
  assert.equal(both.filter(Boolean).length, 1, 'one at a time');
  const [first, second] = both[0] ? ['roll-b', 'roll-c'] : ['roll-c', 'roll-b'];
  await becomes(first ?? '');
  await platform.until(() => asked(second ?? ''));
  await becomes(second ?? '');
  const over = await condition('roll', 'RolloutProgressing', ({ status }) => status === 'False');
  assert.equal(over.message, 'ApplicationSet Rollout has completed');
  const { status } = await set('roll');
  assert.deepEqual(
    status?.applicationStatus?.map(({ application: name, step: at, status: is }) => [name, at, is]),
    [
      ['roll-a', '1', 'Healthy'],
      ['roll-b', '2', 'Healthy'],
      ['roll-c', '2', 'Healthy'],
    ],
  );
});

/** As the application controller would leave an Application that synced. */
async function becomes(name: string): Promise<void> {
  const now = new Date().toISOString();
  const found = (await application(name)) as Stored<AnyObject> & { operation?: unknown };
  const operationState = { operation: found.operation, phase: 'Succeeded', startedAt: now, finishedAt: now };
  const { source, destination } = found.spec ?? {};
  const sync = { status: 'Synced', revision: 'r1', comparedTo: { source, destination } };
  const status = { sync, health: { status: 'Healthy' }, reconciledAt: now, operationState };
  const body = { operation: null, status };
  const key = { namespace: 'argocd', name };
  await platform.client.patch(Application, key, { type: 'merge', body });
}

test('deletion in reverse order waits for each step', async () => {
  const { put, client } = platform;
  const step = (name: string) => ({
    matchExpressions: [{ key: 'name', operator: 'In', values: [name] }],
  });
  await put('order', {
    generators: [list('order-1', 'order-2')],
    template: template('{{name}}', { metadata: { labels: { name: '{{name}}' } } }),
    strategy: {
      type: 'RollingSync',
      deletionOrder: 'Reverse',
      rollingSync: { steps: [step('order-1'), step('order-2')] },
    },
  });
  await untilNames('order-', ['order-1', 'order-2']);
  await platform.until(async () => (await platform.set('order')).metadata.finalizers?.length === 1);
  await client.delete(ApplicationSetKind, { namespace: 'argocd', name: 'order' });
  await platform.until(async () => (await application('order-2')).metadata.deletionTimestamp !== undefined);
  assert.equal((await application('order-1')).metadata.deletionTimestamp, undefined);
  await release('order-2');
  await release('order-1');
  await untilNames('order-', []);
  await platform.until(
    async () => !(await client.find(ApplicationSetKind, { namespace: 'argocd', name: 'order' })),
  );
});

test('the refresh annotation is taken away when Git was asked', async () => {
  const { put, client } = platform;
  await put('refresh', { generators: [list('refresh-a')], template: template('{{name}}') });
  await untilNames('refresh-', ['refresh-a']);
  const annotation = 'argocd.argoproj.io/application-set-refresh';
  const body = { metadata: { annotations: { [annotation]: 'true' } } };
  await client.patch(ApplicationSetKind, { namespace: 'argocd', name: 'refresh' }, { type: 'merge', body });
  await platform.until(
    async () => (await platform.set('refresh')).metadata.annotations?.[annotation] === undefined,
  );
});
