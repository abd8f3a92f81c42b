// What stands in a plan's way, as far as it follows from what was seen.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Stored } from '@slipway/api';
import type { Node } from '@slipway/kinds';
import { capacityObstacles } from './capacity.ts';
import { componentOf, planOf } from './cluster-plan.fixture.ts';
import { versionObstacles } from './kubernetes-version.ts';
import { managerOf } from './manager.ts';
import { namespaceObstacles } from './namespaces.ts';
import { named, obstacleText } from './obstacle.ts';
import { covers } from './rights.ts';

const stored = { uid: 'u', resourceVersion: '1', creationTimestamp: '2026-01-01T00:00:00Z' };

function node(name: string, cpu: string, memory: string, more: Partial<Node['spec']> = {}): Stored<Node> {
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, ...stored },
    spec: more,
    status: {
      allocatable: { cpu, memory },
      conditions: [{ type: 'Ready', status: 'True', reason: '', message: '', lastTransitionTime: '' }],
    },
  };
}

const quota = {
  apiVersion: 'policy/v1beta1',
  kind: 'PodDisruptionBudget',
  metadata: { name: 'web', namespace: 'a' },
};

for (const { version, kubernetes, object, expected, because } of [
  { version: 'v1.36.3', kubernetes: '>=1.33.0-0', expected: '', because: 'it is in the range' },
  {
    version: 'v1.33.1-gke.100',
    kubernetes: '>=1.33',
    expected: '',
    because: 'a provider’s addition is no pre-release',
  },
  {
    version: 'v1.32.0',
    kubernetes: '>=1.33',
    expected:
      'tool 1.0.0 needs Kubernetes >=1.33: the cluster has v1.32.0; upgrade the cluster, or take another release: slipway upgrade tool --to VERSION',
    because: 'it is below the range',
  },
  { version: 'v1.24.0', object: quota, expected: '', because: 'the API version is still served' },
  {
    version: 'v1.25.0',
    object: quota,
    expected:
      'tool 1.0.0 uses policy/v1beta1 PodDisruptionBudget, which Kubernetes took away in 1.25 (policy/v1 is there instead): web; take a release that knows this version of Kubernetes: slipway upgrade tool',
    because: 'the API version is gone',
  },
])
  test(`versionObstacles() of ${version}: ${because}`, () => {
    const component = componentOf('tool', object ? [object] : [], kubernetes ? { kubernetes } : {});
    const found = versionObstacles(planOf([component]), { version });
    assert.equal(found.map(obstacleText).join('\n'), expected);
  });

for (const { nodes, needs, classes, expected, because } of [
  {
    nodes: [node('a', '4', '8Gi')],
    needs: { cpu: '2', memory: '4Gi' },
    expected: '',
    because: 'there is room',
  },
  {
    nodes: [node('a', '1', '8Gi'), node('b', '500m', '8Gi')],
    needs: { cpu: '2' },
    expected:
      'cpu: the tools request 2, the nodes have 1500m: 2 nodes; most of it: tool 2; add a node, or choose fewer or smaller tools',
    because: 'the nodes together have less',
  },
  {
    nodes: [node('a', '64', '64Gi', { unschedulable: true })],
    needs: {},
    expected:
      'no node takes pods: all 1 nodes are not ready, closed or tainted; add a node, or see why none is ready: kubectl describe nodes',
    because: 'a closed node counts for nothing',
  },
  {
    nodes: [node('a', '4', '8Gi')],
    needs: { storage: true },
    classes: ['slow'],
    expected:
      'no default StorageClass, which tool keeps data in: the cluster has slow; make one the default: kubectl annotate storageclass slow storageclass.kubernetes.io/is-default-class=true',
    because: 'a class that is no default is taken by nobody',
  },
  {
    nodes: [node('a', '4', '8Gi')],
    needs: { cloud: 'aws' as const },
    expected:
      'tool needs credentials of AWS, and nothing says whose: namespace tool; the nodes are not at AWS: give it a role or a Secret with credentials by its parameters, or choose another technology',
    because: 'nothing gives it credentials',
  },
])
  test(`capacityObstacles(): ${because}`, () => {
    const storageClasses = (classes ?? []).map(name => ({
      apiVersion: 'storage.k8s.io/v1',
      kind: 'StorageClass',
      metadata: { name, ...stored },
    }));
    const plan = planOf([componentOf('tool', [], { needs, namespace: 'tool' })]);
    const found = capacityObstacles(plan, { nodes, storageClasses, components: [] });
    assert.equal(found.map(obstacleText).join('\n'), expected);
  });

for (const { spaces, expected, because } of [
  {
    spaces: [],
    expected: [
      'there is no namespace b, and nothing in the plan makes it: tool: ConfigMap y; make it: kubectl create namespace b',
    ],
    because: 'nobody makes one of two',
  },
  { spaces: ['b'], expected: [], because: 'the plan makes one, the cluster has the other' },
  {
    spaces: ['-b'],
    expected: ['namespace b is being deleted: tool: ConfigMap y; wait until it is gone, then make it anew'],
    because: 'the cluster has it no longer',
  },
])
  test(`namespaceObstacles(): ${because}`, () => {
    const map = (name: string, namespace: string) => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name, namespace },
    });
    const space = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'a' } };
    const live = spaces.map(name => ({
      ...space,
      metadata: {
        ...stored,
        name: name.replace('-', ''),
        ...(name.startsWith('-') ? { deletionTimestamp: 'now' } : {}),
      },
    }));
    const plan = planOf([componentOf('tool', [space, map('x', 'a'), map('y', 'b')])]);
    assert.deepEqual(namespaceObstacles(plan, { spaces: live }).map(obstacleText), expected);
  });

for (const { metadata, expected } of [
  {
    metadata: { annotations: { 'meta.helm.sh/release-name': 'cd', 'meta.helm.sh/release-namespace': 'ops' } },
    expected: 'Helm release cd in ops',
  },
  {
    metadata: { annotations: { 'argocd.argoproj.io/tracking-id': 'tools:apps/Deployment:a/b' } },
    expected: 'Argo CD application tools',
  },
  {
    metadata: {
      labels: {
        'kustomize.toolkit.fluxcd.io/name': 'infra',
        'kustomize.toolkit.fluxcd.io/namespace': 'flux',
      },
    },
    expected: 'Flux Kustomization flux/infra',
  },
  {
    metadata: {
      managedFields: [
        { manager: 'kubectl-client-side-apply' },
        { manager: 'kube-controller-manager' },
        { manager: 'x', subresource: 'status' },
      ],
    },
    expected: 'kubectl-client-side-apply',
  },
  { metadata: {}, expected: 'nobody that says so' },
])
  test(`managerOf() says ${expected}`, () => assert.equal(managerOf(metadata), expected));

const own = [
  { verbs: ['get', 'list'], apiGroups: [''], resources: ['secrets', 'pods/*'] },
  { verbs: ['*'], apiGroups: ['apps'], resources: ['*'] },
  { verbs: ['get'], apiGroups: [''], resources: ['configmaps'], resourceNames: ['a'] },
  { verbs: ['get'], nonResourceURLs: ['/metrics/*'] },
];
for (const { rule, expected, because } of [
  {
    rule: { verbs: ['get'], apiGroups: [''], resources: ['secrets'] },
    expected: true,
    because: 'it is one of several',
  },
  {
    rule: { verbs: ['get', 'watch'], apiGroups: [''], resources: ['secrets'] },
    expected: false,
    because: 'one verb is not held',
  },
  {
    rule: { verbs: ['delete'], apiGroups: ['apps'], resources: ['deployments'] },
    expected: true,
    because: 'all of the group is held',
  },
  {
    rule: { verbs: ['*'], apiGroups: [''], resources: ['secrets'] },
    expected: false,
    because: 'every verb is more than some',
  },
  {
    rule: { verbs: ['get'], apiGroups: [''], resources: ['configmaps'] },
    expected: false,
    because: 'one name is not all names',
  },
  {
    rule: { verbs: ['get'], apiGroups: [''], resources: ['configmaps'], resourceNames: ['a'] },
    expected: true,
    because: 'this name is held',
  },
  { rule: { verbs: ['get'], nonResourceURLs: ['/metrics/x'] }, expected: true, because: 'the path is below' },
])
  test(`covers(): ${because}`, () => assert.equal(covers(own, rule), expected));

test('named() names some of many', () => {
  assert.equal(named([...'jihgfedcba']), 'a, b, c, d, e, f, g, h and 2 more');
});
