import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Node, Pod } from '@slipway/kinds';
import { place, unschedulableMessage, unsupportedConstraints } from './plan.ts';

function node(
  name: string,
  more: Partial<NonNullable<Node['spec']>> = {},
  labels: Record<string, string> = {},
): Node {
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, labels },
    spec: more,
    status: { allocatable: { cpu: '2', memory: '1Gi', pods: '3' } },
  };
}
function pod(spec: object = {}, cpu?: string): Pod {
  const resources = cpu ? { requests: { cpu } } : {};
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p' },
    spec: { containers: [{ name: 'c', resources }], ...spec },
  };
}
const affinity = (...matchExpressions: object[]) => ({
  affinity: {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions }] },
    },
  },
});

const rows: { pod: Pod; node?: Node; bound?: Pod[]; reason?: string; because: string }[] = [
  { pod: pod(), because: 'nothing speaks against it' },
  { pod: pod({}, '2'), because: 'it takes exactly what there is' },
  { pod: pod({}, '2001m'), reason: 'Insufficient cpu', because: 'it wants more than the node has' },
  {
    pod: pod({}, '1500m'),
    bound: [pod({ nodeName: 'n' }, '1')],
    reason: 'Insufficient cpu',
    because: 'another pod has half of it',
  },
  {
    pod: pod({ containers: [{ name: 'c', resources: { requests: { 'x.com/gpu': 1 } } }] }),
    reason: 'Insufficient x.com/gpu',
    because: 'the node has none of it',
  },
  {
    pod: pod(),
    bound: [1, 2, 3].map(() => pod({ nodeName: 'n' })),
    reason: 'Too many pods',
    because: 'the node holds three',
  },
  {
    pod: pod({ nodeSelector: { disk: 'ssd' } }),
    reason: "node(s) didn't match Pod's node affinity/selector",
    because: 'the label is missing',
  },
  {
    pod: pod({ nodeSelector: { disk: 'ssd' } }),
    node: node('n', {}, { disk: 'ssd' }),
    because: 'the label is there',
  },
  {
    pod: pod(affinity({ key: 'cores', operator: 'Gt', values: ['4'] })),
    node: node('n', {}, { cores: '8' }),
    because: '8 is more than 4',
  },
  {
    pod: pod(affinity({ key: 'disk', operator: 'DoesNotExist' })),
    node: node('n', {}, { disk: 'x' }),
    reason: "node(s) didn't match Pod's node affinity/selector",
    because: 'the label exists',
  },
  {
    pod: pod(),
    node: node('n', { unschedulable: true }),
    reason: 'node(s) were unschedulable',
    because: 'the node is cordoned',
  },
  {
    pod: pod(),
    node: node('n', { taints: [{ key: 'a', effect: 'NoSchedule' }] }),
    reason: 'node(s) had untolerated taint(s)',
    because: 'the taint is not tolerated',
  },
  {
    pod: pod(),
    node: node('n', { taints: [{ key: 'a', effect: 'PreferNoSchedule' }] }),
    because: 'a preference is no rule',
  },
  {
    pod: pod({ tolerations: [{ key: 'a', operator: 'Exists' }] }),
    node: node('n', { taints: [{ key: 'a', value: 'x', effect: 'NoSchedule' }] }),
    because: 'Exists tolerates every value',
  },
  {
    pod: pod({ tolerations: [{ key: 'a', value: 'y' }] }),
    node: node('n', { taints: [{ key: 'a', value: 'x', effect: 'NoSchedule' }] }),
    reason: 'node(s) had untolerated taint(s)',
    because: 'the values differ',
  },
  {
    pod: pod({ containers: [{ name: 'c', ports: [{ containerPort: 1, hostPort: 80 }] }] }),
    bound: [pod({ nodeName: 'n', containers: [{ name: 'c', ports: [{ containerPort: 2, hostPort: 80 }] }] })],
    reason: "node(s) didn't have free ports for the requested pod ports",
    because: 'the host port is taken',
  },
];
for (const { pod: one, node: where = node('n'), bound = [], reason, because } of rows) {
  test(`place() ${reason ? 'refuses' : 'places'} because ${because}`, () => {
    assert.deepEqual(place(one, [where], bound), reason ? { reasons: [`1 ${reason}`] } : { node: 'n' });
  });
}

test('place() takes the node with most room', () => {
  assert.deepEqual(place(pod(), [node('a'), node('b')], [pod({ nodeName: 'a' }, '1')]), { node: 'b' });
});

test('unschedulableMessage() has upstream’s words', () => {
  assert.equal(unschedulableMessage(0, []), 'no nodes available to schedule pods');
  assert.match(
    unschedulableMessage(2, ['1 Insufficient cpu', '1 Too many pods']),
    /^0\/2 nodes are available: 1 Insufficient cpu, 1 Too many pods\./,
  );
});

test('unsupportedConstraints() names what cannot be kept', () => {
  const spec = {
    affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{}] } },
    volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'x' } }],
  };
  const found = unsupportedConstraints(pod(spec));
  assert.equal(found.length, 2);
  assert.match(found.join(), /spec\.volumes "data".*spec\.affinity\.podAntiAffinity/);
});
