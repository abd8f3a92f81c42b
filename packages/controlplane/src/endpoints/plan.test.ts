import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Stored } from '@slipway/api';
import type { EndpointSlice, Pod, Service } from '@slipway/kinds';
import { endpointsOf, groupsOf, planSlices } from './plan.ts';

const service = (spec: Service['spec'] = {}): Stored<Service> => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { namespace: 'a', name: 's', uid: 's', resourceVersion: '1', creationTimestamp: '' },
  spec: { ports: [{ name: 'http', port: 80, targetPort: 'web' }], ...spec },
});
function pod(
  name: string,
  more: {
    ready?: boolean;
    ip?: string;
    port?: number;
    deleting?: boolean;
    phase?: 'Running' | 'Succeeded';
  } = {},
): Pod {
  const { ready = true, ip = `10.0.0.${name.length}`, port = 3000, deleting, phase = 'Running' } = more;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { namespace: 'a', name, uid: name, ...(deleting ? { deletionTimestamp: 'x' } : {}) },
    spec: { nodeName: 'n', containers: [{ name: 'c', ports: [{ name: 'web', containerPort: port }] }] },
    status: {
      phase,
      ...(ip ? { podIP: ip } : {}),
      conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }],
    },
  };
}
const conditions = (pods: Pod[], spec?: Service['spec']) =>
  groupsOf(service(spec), pods)[0]?.endpoints.map(one => one.conditions);

const rows: { pods: Pod[]; spec?: Service['spec']; expected: object[] | undefined; because: string }[] = [
  {
    pods: [pod('p')],
    expected: [{ ready: true, serving: true, terminating: false }],
    because: 'it is ready',
  },
  {
    pods: [pod('p', { ready: false })],
    expected: [{ ready: false, serving: false, terminating: false }],
    because: 'it is not ready',
  },
  {
    pods: [pod('p', { deleting: true })],
    expected: [{ ready: false, serving: true, terminating: true }],
    because: 'it still serves while it ends',
  },
  {
    pods: [pod('p', { ready: false })],
    spec: { publishNotReadyAddresses: true },
    expected: [{ ready: true, serving: true, terminating: false }],
    because: 'the Service wants all',
  },
  { pods: [pod('p', { ip: '' })], expected: undefined, because: 'it has no address yet' },
  { pods: [pod('p', { phase: 'Succeeded' })], expected: undefined, because: 'it has ended' },
];
for (const { pods, spec, expected, because } of rows) {
  test(`groupsOf() because ${because}`, () => assert.deepEqual(conditions(pods, spec), expected));
}

test('a named port that differs from pod to pod makes two slices', () => {
  const groups = groupsOf(service(), [pod('p'), pod('qq', { port: 4000 })]);
  assert.deepEqual(
    groups.map(group => group.ports[0]?.port),
    [3000, 4000],
  );
  const plan = planSlices(service(), groups, []);
  assert.equal(plan.create.length, 2);
});

test('planSlices() writes nothing when nothing changed, fills slices anew, and removes what is too many', () => {
  const plan = planSlices(service(), groupsOf(service(), [pod('p')]), []);
  const stored = plan.create.map(
    (slice, index): Stored<EndpointSlice> => ({
      ...slice,
      metadata: {
        ...slice.metadata,
        name: `s-${index}`,
        uid: `${index}`,
        resourceVersion: '1',
        creationTimestamp: '',
      },
    }),
  );
  const same = planSlices(service(), groupsOf(service(), [pod('p')]), stored);
  assert.deepEqual([same.create.length, same.update.length, same.remove.length], [0, 0, 0]);
  const changed = planSlices(service(), groupsOf(service(), [pod('p', { ready: false })]), stored);
  assert.equal(changed.update[0]?.metadata.name, 's-0');
  const extra = stored.map(slice => ({ ...slice, metadata: { ...slice.metadata, name: 'z' } }));
  assert.deepEqual(
    planSlices(service(), groupsOf(service(), [pod('p')]), [...stored, ...extra]).remove.map(
      one => one.metadata.name,
    ),
    ['z'],
  );
});

test('a hundred endpoints fill one slice, the next begins another; nobody still has one that is empty', () => {
  const many = Array.from({ length: 101 }, (_, index) => pod(`p${index}`));
  assert.deepEqual(
    planSlices(service(), groupsOf(service(), many), []).create.map(slice => slice.endpoints?.length),
    [100, 1],
  );
  assert.deepEqual(
    planSlices(service(), [], []).create.map(slice => slice.endpoints),
    [[]],
  );
});

test('endpointsOf() mirrors them for the legacy kind', () => {
  const groups = groupsOf(service(), [pod('p'), pod('qq', { ready: false })]);
  const [subset] = endpointsOf(service(), groups).subsets ?? [];
  assert.deepEqual(
    [subset?.addresses?.[0]?.ip, subset?.notReadyAddresses?.[0]?.ip],
    ['10.0.0.1', '10.0.0.2'],
  );
});
