import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Container, Pod } from '@slipway/kinds';
import { fieldValue, resourceValue } from './fields.ts';

const facts = {
  podIP: '10.244.0.9',
  hostIP: '127.0.0.1',
  nodeName: 'slipway',
  allocatable: { cpu: 4000n, memory: 1_024_000n },
};
const pod: Pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name: 'web',
    namespace: 'shop',
    uid: 'u',
    labels: { b: '2', a: 'x"y' },
    annotations: { note: 'n' },
  },
  spec: { containers: [], serviceAccountName: 'bot' },
};

test('fieldValue() reads what the downward API offers', () => {
  const rows = [
    { path: 'metadata.name', value: 'web', because: 'a plain field' },
    { path: "metadata.labels['b']", value: '2', because: 'one label' },
    { path: "metadata.annotations['gone']", value: '', because: 'an absent key is empty' },
    { path: 'metadata.labels', value: 'a="x\\"y"\nb="2"', because: 'all, sorted and quoted' },
    { path: 'status.podIP', value: '10.244.0.9', because: 'known by the node before the API' },
    { path: 'spec.serviceAccountName', value: 'bot', because: 'from the spec' },
  ];
  for (const { path, value, because } of rows) assert.equal(fieldValue(pod, path, facts), value, because);
  assert.throws(() => fieldValue(pod, 'spec.hostname', facts), { code: 'FieldUnsupported' });
});

test('resourceValue() counts in units of the divisor, rounded up', () => {
  const container: Container = {
    name: 'c',
    resources: { limits: { memory: '1025Ki' }, requests: { cpu: '1500m' } },
  };
  const rows = [
    { resource: 'limits.memory', divisor: '1Ki', value: '1025', because: 'exact' },
    { resource: 'limits.memory', divisor: '1Mi', value: '2', because: 'rounded up' },
    { resource: 'requests.cpu', divisor: undefined, value: '2', because: 'whole cores' },
    { resource: 'requests.cpu', divisor: '1m', value: '1500', because: 'thousandths' },
    { resource: 'limits.cpu', divisor: '1', value: '4', because: 'no limit is what the node has' },
    { resource: 'requests.memory', divisor: '1', value: '0', because: 'no request is none' },
  ];
  for (const { resource, divisor, value, because } of rows) {
    assert.equal(resourceValue(container, resource, divisor, facts), value, because);
  }
});
