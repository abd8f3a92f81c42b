// What stands in a plan's way is told before anything is applied: on the real Kubernetes, all of it at once.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { AnyObject } from '@slipway/api';
import { type Client, createClient } from '@slipway/client';
import { nodeTransport } from '@slipway/client/node';
import { type ClusterPlan, obstacleText, preflight } from '@slipway/cluster';
import { clusterDefinitions } from '@slipway/platform';
import {
  componentOf,
  definitionOfKind,
  planOf,
} from '../../packages/cluster/src/preflight/cluster-plan.fixture.ts';
import { eventually } from '../platform-process.ts';
import { noRealCluster, type RealCluster, realCluster } from '../real-cluster.ts';

const skip = noRealCluster();
const TIMEOUT_MS = 20_000;
let cluster: RealCluster;
let client: Client;

before(async () => {
  if (skip) return;
  const started = await realCluster();
  assert.ok(started);
  cluster = started;
  client = cluster.client();
});
after(() => cluster?.stop());

const namespace = (name: string): AnyObject => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
const settings = (name: string, space: string): AnyObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: space },
  data: { a: 'b' },
});
const rule = { apiGroups: [''], resources: ['secrets'], verbs: ['get', 'list'] };
const role = (name: string): AnyObject => ({
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRole',
  metadata: { name },
  rules: [rule],
});

async function textsOf(plan: ClusterPlan, as: Client = client, adopt: string[] = []): Promise<string[]> {
  return (await preflight(plan, as, { adopt })).map(obstacleText);
}

async function apply(object: AnyObject): Promise<void> {
  await cluster.kubectl(['apply', '-f', '-'], JSON.stringify(object));
}

/** As the account with few rights. */
async function asRobot() {
  const token = (await cluster.kubectl(['create', 'token', 'robot'])).trim();
  return nodeTransport({ url: cluster.url, ca: cluster.ca, token });
}

test('nothing stands in the way of a plan on an empty cluster', { skip }, async () => {
  const plan = planOf([
    componentOf('tool', [
      namespace('tool'),
      definitionOfKind('Widget', 'example.org'),
      settings('a', 'tool'),
      role('tool'),
    ]),
  ]);
  assert.deepEqual(await textsOf({ ...plan, base: clusterDefinitions() as never[] }), []);
});

test('what a restricted user lacks is listed at once', { skip }, async () => {
  const account = {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: 'robot', namespace: 'default' },
  };
  await apply(account);
  await apply({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name: 'robot' },
    rules: [
      { apiGroups: [''], resources: ['namespaces', 'nodes'], verbs: ['*'] },
      { apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'list', 'create', 'patch'] },
      {
        apiGroups: ['rbac.authorization.k8s.io'],
        resources: ['clusterroles'],
        verbs: ['get', 'list', 'create', 'patch', 'delete'],
      },
    ],
  });
  await apply({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name: 'robot' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'robot' },
    subjects: [{ kind: 'ServiceAccount', name: 'robot', namespace: 'default' }],
  });
  const transport = await asRobot();
  const objects = [
    namespace('tool'),
    definitionOfKind('Widget', 'example.org'),
    settings('a', 'tool'),
    role('tool'),
  ];
  const found = await textsOf(planOf([componentOf('tool', objects)]), createClient(transport));
  transport.close();
  assert.deepEqual(found, [
    'you may not get, list, create, patch, delete customresourcedefinitions.apiextensions.k8s.io: in the whole cluster; ask an administrator for it (kubectl auth can-i get customresourcedefinitions.apiextensions.k8s.io)',
    'you may not delete configmaps: in tool; ask an administrator for it (kubectl auth can-i delete configmaps -n tool)',
    'you may not patch components/status.slipway.dev: in the whole cluster; ask an administrator for it (kubectl auth can-i patch components/status.slipway.dev)',
    'you may not escalate roles, and one gives rights that you lack: ClusterRole tool: get, list secrets; ask an administrator for the verb escalate on clusterroles and roles of rbac.authorization.k8s.io, or for the rights themselves',
  ]);
});

test('objects that others manage are refused with who has them, until they are adopted', {
  skip,
}, async () => {
  await apply(namespace('foreign'));
  await apply(definitionOfKind('Gadget', 'example.org', ['v1beta1']));
  const helm = settings('cd', 'foreign');
  await client.create((await client.discover('v1', 'ConfigMap')) ?? assert.fail(), {
    ...helm,
    metadata: {
      ...helm.metadata,
      labels: { 'app.kubernetes.io/managed-by': 'Helm' },
      annotations: { 'meta.helm.sh/release-name': 'cd', 'meta.helm.sh/release-namespace': 'foreign' },
    },
  });
  const plan = planOf([
    componentOf('tool', [
      namespace('foreign'),
      definitionOfKind('Gadget', 'example.org'),
      settings('cd', 'foreign'),
    ]),
  ]);
  const found = await textsOf(plan);
  assert.deepEqual(found, [
    '2 objects are there already and managed by kubectl-client-side-apply: tool: CustomResourceDefinition gadgets.example.org, Namespace foreign; take them over with slipway apply --adopt tool, when nobody else goes on managing them; or remove them, or use what is there: engine: { existing: … }',
    'an object is there already and managed by Helm release cd in foreign: tool: ConfigMap foreign/cd; take it over with slipway apply --adopt ConfigMap/foreign/cd, when nobody else goes on managing it; or remove it, or use what is there: engine: { existing: … }',
  ]);
  assert.equal((await textsOf(plan, client, ['ConfigMap/foreign/cd'])).length, 1);
  assert.deepEqual(await textsOf(plan, client, ['tool']), []);
});

test('a version that an old CRD does not serve is named with those it serves', { skip }, async () => {
  await apply(definitionOfKind('Gizmo', 'late.example.org', ['v1beta1']));
  await eventually('it is served', TIMEOUT_MS, () => client.discover('late.example.org/v1beta1', 'Gizmo'));
  const gizmo = {
    apiVersion: 'late.example.org/v1',
    kind: 'Gizmo',
    metadata: { name: 'g', namespace: 'default' },
  };
  const unknown = { ...gizmo, apiVersion: 'nowhere.example.org/v1' };
  assert.deepEqual(await textsOf(planOf([componentOf('tool', [gizmo, unknown])])), [
    'nothing serves Gizmo of late.example.org/v1 (served: v1beta1): tool: g; take a release of tool that fits: slipway upgrade tool --to VERSION',
    'nothing serves Gizmo of nowhere.example.org/v1: tool: g; choose a technology that brings its CRD, or install that CRD',
  ]);
});

test('a namespace that is going away, and another platform’s objects', { skip }, async () => {
  const held = namespace('going');
  await apply({ ...held, metadata: { name: 'going', labels: { 'slipway.dev/platform': 'acme' } } });
  await apply({
    ...settings('held', 'going'),
    metadata: { name: 'held', namespace: 'going', finalizers: ['example.org/hold'] },
  });
  await cluster.kubectl(['delete', 'namespace', 'going', '--wait=false']);
  await apply({
    ...namespace('theirs'),
    metadata: { name: 'theirs', labels: { 'slipway.dev/platform': 'other' } },
  });
  const found = await textsOf(planOf([componentOf('tool', [namespace('going'), namespace('theirs')])]));
  await cluster.kubectl([
    'patch',
    'configmap',
    'held',
    '-n',
    'going',
    '--type=merge',
    '-p',
    '{"metadata":{"finalizers":null}}',
  ]);
  assert.deepEqual(found, [
    "an object belongs to the platform other: tool: Namespace theirs; a cluster holds one platform: apply other's definition, take it away with slipway destroy, or take another cluster",
    "Namespace going is being deleted: tool; wait until it is gone; what holds it: kubectl get namespace going -o jsonpath='{.status.conditions}'",
  ]);
});

test('what another version left half-way, and an inventory in another form', { skip }, async () => {
  const definitions = clusterDefinitions() as unknown as AnyObject[];
  for (const definition of definitions) await apply(definition);
  const ids = ['half', 'old'];
  await eventually('they are served', TIMEOUT_MS, () => client.discover('slipway.dev/v1alpha1', 'Component'));
  for (const name of ids)
    await apply({
      apiVersion: 'slipway.dev/v1alpha1',
      kind: 'Component',
      metadata: { name, labels: { 'slipway.dev/platform': 'acme' } },
      spec: { technology: name, engine: 'upstream', version: '2.0.0' },
    });
  const status = (name: string, inventory: unknown) =>
    cluster.kubectl([
      'patch',
      'components.slipway.dev',
      name,
      '--subresource=status',
      '--type=merge',
      '-p',
      JSON.stringify({ status: { version: '1.0.0', inventory } }),
    ]);
  await status('half', [{ apiVersion: 'v1', kind: 'Namespace', name: 'half' }]);
  await status('old', ['v1/Namespace/old']);
  const plan = planOf([componentOf('half', []), componentOf('old', [], { version: '2.0.0' })]);
  assert.deepEqual(await textsOf(plan), [
    'half is on its way from 1.0.0 to 2.0.0, and slipway.lock has 1.0.0: Component half; go on with slipway upgrade half --to 2.0.0, or go back with slipway upgrade half --to 1.0.0',
    'the inventory of old cannot be read: Component old, status.inventory; another version of Slipway wrote it: apply with that version first, then with this one',
  ]);
  assert.equal((await preflight(plan, client, { resuming: ['half'] })).length, 1);
});

test('a thousand objects are looked at in less than two seconds', { skip }, async t => {
  const spaces = Array.from({ length: 20 }, (_, index) => `space-${index}`);
  const objects = spaces.flatMap(space => [
    namespace(space),
    ...Array.from({ length: 50 }, (_, index) => settings(`c-${index}`, space)),
  ]);
  const transport = await asRobot();
  for (const [who, as, expected] of [
    ['an administrator', client, 1],
    ['somebody with few rights', createClient(transport), 2],
  ] as const) {
    const begun = performance.now();
    const found = await textsOf(planOf([componentOf('old', objects, { version: '2.0.0' })]), as);
    t.diagnostic(`${objects.length} objects for ${who}: ${Math.round(performance.now() - begun)} ms`);
    assert.equal(found.length, expected, found.join('\n'));
  }
  transport.close();
});
