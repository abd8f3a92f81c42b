import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { UserInfo } from '@slipway/api';
import { Entity, Repository, Template, TemplateRun, Workload } from '@slipway/kinds';
import { portalConformance } from '../../conformance.ts';
import { eventually, type PortalStage, stagePortal } from './portal.fixture.ts';
import { RETRY } from './template-run/reconcile.ts';

let stage: PortalStage;
before(async () => {
  stage = await stagePortal();
});
after(() => stage.stop());

portalConformance('slipway-portal', () => ({ client: stage.client, namespace: 'team-default' }));

const namespace = 'team-default';

async function runNodeService(name: string, user?: UserInfo) {
  const client = stage.kube.client(user);
  await client.create(TemplateRun, {
    apiVersion: 'slipway.dev/v1alpha1',
    kind: 'TemplateRun',
    metadata: { namespace, name: `run-${name}` },
    spec: { template: 'node-service', values: { name } },
  });
  return ended(`run-${name}`);
}

function ended(name: string) {
  return eventually(`${name} ends`, async () => {
    const run = await stage.client.get(TemplateRun, { namespace, name });
    return /Succeeded|Failed/.test(run.status?.phase ?? '') && run;
  });
}

test('node-service makes a repository, a service and a catalog entry', async () => {
  const run = await runNodeService('shop');
  assert.equal(run.status?.phase, 'Succeeded', run.status?.message);
  const files = stage.git.repositories.get('default/shop');
  const manifest = JSON.parse(files?.get('package.json') ?? '{}') as { name: string; version: string };
  assert.deepEqual([manifest.name, manifest.version], ['shop', '0.1.0']);
  assert.match(files?.get('.slipway/pipeline.yaml') ?? '', /\{\{workflow\.parameters\.revision\}\}/);
  assert.match(
    files?.get('deploy/deployment.yaml') ?? '',
    /registry\.slipway\.internal\/default\/shop:latest/,
  );
  const workload = await stage.client.get(Workload, { namespace, name: 'shop' });
  assert.equal(workload.spec.repository, 'shop');
  const entity = await stage.client.get(Entity, { namespace, name: 'component.shop' });
  assert.equal(entity.spec.entity.spec?.owner, 'group:default/default');
  assert.deepEqual(
    run.status?.inventory?.map(({ kind, name }) => [kind, name]),
    [
      ['Repository', 'shop'],
      ['Workload', 'shop'],
    ],
  );
});

test('a name that is taken fails before anything of the other is touched', async () => {
  const again = await stage.client.create(TemplateRun, {
    apiVersion: 'slipway.dev/v1alpha1',
    kind: 'TemplateRun',
    metadata: { namespace, name: 'again' },
    spec: { template: 'node-service', values: { name: 'shop' } },
  });
  assert.ok(again);
  const run = await ended('again');
  assert.match(run.status?.message ?? '', /Repository "shop" exists already; choose another name/);
  assert.ok(stage.git.repositories.has('default/shop'), 'the repository of the first run stays');
});

test('a run has the rights of who started it: somebody without them makes nothing', async () => {
  const mallory: UserInfo = { username: 'mallory', groups: ['system:authenticated'] };
  await stage.client.create(
    {
      group: 'rbac.authorization.k8s.io',
      version: 'v1',
      kind: 'ClusterRoleBinding',
      plural: 'clusterrolebindings',
      namespaced: false,
    },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRoleBinding',
      metadata: { name: 'runs-only' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'runs-only' },
      subjects: [{ kind: 'User', name: 'mallory' }],
    } as never,
  );
  await stage.client.create(
    {
      group: 'rbac.authorization.k8s.io',
      version: 'v1',
      kind: 'ClusterRole',
      plural: 'clusterroles',
      namespaced: false,
    },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRole',
      metadata: { name: 'runs-only' },
      rules: [{ apiGroups: ['slipway.dev'], resources: ['templateruns'], verbs: ['create', 'get'] }],
    } as never,
  );
  await eventually('the role counts', async () =>
    stage.kube
      .client(mallory)
      .list(TemplateRun, { namespace })
      .then(
        () => true,
        () => true,
      ),
  );
  const run = await runNodeService('stolen', mallory);
  assert.equal(run.status?.phase, 'Failed');
  assert.match(run.status?.message ?? '', /mallory may not create repositories\.source\.slipway\.dev/);
  assert.equal(stage.git.repositories.has('default/stolen'), false);
});

test('a run that was interrupted goes on without doing anything twice', async () => {
  const { client, git } = stage;
  await client.create(Template, {
    apiVersion: 'scaffolder.backstage.io/v1beta3',
    kind: 'Template',
    metadata: {
      namespace: 'default',
      name: 'slow',
      annotations: { 'backstage.io/managed-by-location': 'url:shipped:node-service' },
    },
    spec: {
      type: 'service',
      steps: [
        {
          id: 'files',
          action: 'fetch:template',
          input: { url: './skeleton', values: { name: 'slow', owner: 'default', description: '' } },
        },
        {
          id: 'repository',
          action: 'publish:gitea',
          input: { repoUrl: 'git.slipway.internal?owner=default&repo=slow' },
        },
        { id: 'wait', action: 'debug:wait', input: { milliseconds: 700 } },
        { id: 'log', action: 'debug:log', input: { listWorkspace: true } },
      ],
    },
  });
  await client.create(TemplateRun, {
    apiVersion: 'slipway.dev/v1alpha1',
    kind: 'TemplateRun',
    metadata: { namespace, name: 'slow' },
    spec: { template: 'slow', values: {} },
  });
  await eventually(
    'the wait begins',
    async () =>
      (await client.get(TemplateRun, { namespace, name: 'slow' })).status?.steps?.[2]?.phase === 'Running',
  );
  await stage.restart();
  const run = await ended('slow');
  assert.equal(run.status?.phase, 'Succeeded', run.status?.message);
  assert.equal(
    git.calls.filter(call => call === 'POST /repos/default/slow/contents').length,
    1,
    'one first commit',
  );
  assert.ok((run.status?.steps?.[3]?.log?.length ?? 0) > 5, 'the workspace was made again');
});

test('a failed run can be run again', async () => {
  const { client, git } = stage;
  await git.push('default', 'taken', { 'a.txt': 'a' });
  const first = await runNodeService('taken');
  assert.equal(first.status?.phase, 'Failed');
  git.repositories.delete('default/taken');
  await client.patch(
    TemplateRun,
    { namespace, name: 'run-taken' },
    { type: 'merge', body: { metadata: { annotations: { [RETRY]: '1' } } } },
  );
  const run = await eventually('it succeeds', async () => {
    const present = await client.get(TemplateRun, { namespace, name: 'run-taken' });
    return present.status?.phase === 'Succeeded' && present;
  });
  assert.equal(
    run.status?.steps?.every(({ phase }) => phase === 'Succeeded'),
    true,
  );
});

const component = (name: string, more = '') => `apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: ${name}
spec:
  type: service
  lifecycle: production
  owner: payments
${more}`;

test('catalog files are read after each push; what goes from them goes from the catalog', async () => {
  const { client, git } = stage;
  const system =
    'apiVersion: backstage.io/v1alpha1\nkind: System\nmetadata:\n  name: billing\nspec:\n  owner: payments\n';
  await git.push('default', 'bill', {
    'catalog-info.yaml': `${component('bill', '  system: billing\n')}---\n${system}`,
  });
  const relations = await eventually(
    'relations are there',
    async () => (await client.find(Entity, { namespace, name: 'system.billing' }))?.status?.relations,
  );
  assert.deepEqual(relations, [
    { type: 'hasPart', targetRef: 'component:default/bill' },
    { type: 'ownedBy', targetRef: 'group:default/payments' },
  ]);
  await git.push('default', 'bill', { 'catalog-info.yaml': component('bill') });
  await eventually(
    'the system goes',
    async () => (await client.find(Entity, { namespace, name: 'system.billing' })) === undefined,
  );
  await git.push('default', 'bill', {});
  await eventually(
    'the component goes',
    async () => (await client.find(Entity, { namespace, name: 'component.bill' })) === undefined,
  );
});

test('errors of catalog files stand in the status of the repository’s own Location', async () => {
  const { client, git } = stage;
  await git.push('default', 'broken', {
    'catalog-info.yaml': `${component('fine')}---\nkind: Nonsense\n---\n${component('-bad-')}`,
  });
  const errors = await eventually(
    'errors are there',
    async () =>
      (await client.find(Entity, { namespace, name: 'location.repository-broken' }))?.status?.errors,
  );
  assert.equal(errors.length, 2);
  assert.match(errors[0] ?? '', /catalog-info\.yaml, document 2: kind: found "Nonsense"/);
  assert.match(errors[1] ?? '', /metadata\.name: found "-bad-"/);
  assert.ok(
    await client.find(Entity, { namespace, name: 'component.fine' }),
    'good entities of the file stay',
  );
});

test('a service without a catalog file is a component of its team', async () => {
  const { client } = stage;
  await client.create(Workload, {
    apiVersion: 'slipway.dev/v1alpha1',
    kind: 'Workload',
    metadata: { namespace, name: 'imported' },
    spec: { repository: 'imported', description: 'as it is' },
  });
  const entity = await eventually('it is in the catalog', () =>
    client.find(Entity, { namespace, name: 'component.imported' }),
  );
  assert.equal(entity.spec.entity.spec?.owner, 'group:default/default');
  assert.equal(entity.spec.entity.metadata.description, 'as it is');
  await stage.git.push('default', 'imported', { 'catalog-info.yaml': component('imported') });
  await eventually(
    'its own file wins',
    async () =>
      (await client.get(Entity, { namespace, name: 'component.imported' })).spec.entity.spec?.owner ===
      'payments',
  );
  await client.delete(Repository, { namespace, name: 'imported' });
  await eventually(
    'and without the repository it is the team’s again',
    async () =>
      (await client.find(Entity, { namespace, name: 'component.imported' }))?.spec.entity.spec?.owner ===
      'group:default/default',
  );
});
