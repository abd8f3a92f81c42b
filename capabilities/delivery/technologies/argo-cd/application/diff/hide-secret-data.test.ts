import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AnyObject, Stored } from '@slipway/api';
import { hideSecretData } from './hide-secret-data.ts';
import { normalizeKnownFields } from './known-types.ts';
import { withoutMutations } from './managed-fields.ts';

const LAST = 'kubectl.kubernetes.io/last-applied-configuration';
const secret = (data: object, annotations: Record<string, string> = {}): AnyObject => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'x', annotations },
  data,
});
const dataOf = (object: AnyObject | undefined) => object?.data;

test('hideSecretData() shows what differs and nothing of what it is', () => {
  const applied = JSON.stringify(secret({ a: 'b2xk' }));
  const live = secret({ a: 'c2FtZQ==', b: 'bGl2ZQ==' }, { [LAST]: applied });
  const target = { ...secret({ a: 'c2FtZQ==' }), stringData: { b: 'git' } };
  const hidden = hideSecretData({ target, live });
  assert.deepEqual(dataOf(hidden.target), { a: '++++++++', b: '++++++++' });
  assert.deepEqual(dataOf(hidden.live), { a: '++++++++', b: '++++++++++++' });
  const last = JSON.parse(hidden.live?.metadata.annotations?.[LAST] ?? '') as AnyObject;
  assert.deepEqual(dataOf(last), { a: '++++++++++++' }, 'the one applied last had another value');
  assert.doesNotMatch(JSON.stringify(hidden), /c2FtZQ|bGl2ZQ|b2xk|git/);
  assert.deepEqual(dataOf(live), { a: 'c2FtZQ==', b: 'bGl2ZQ==' }, 'what was given stays');
});

test('hideSecretData() masks annotations that are named, and a configuration nobody can read', () => {
  const live = secret({ a: 'eA==' }, { token: 'xyz', [LAST]: '{"data":{"a":"eA=="' });
  const { annotations } = hideSecretData({ target: undefined, live }, ['token']).live?.metadata ?? {};
  assert.deepEqual(annotations, { token: '++++++++', [LAST]: '++++++++' });
});

const known: { type: string; given: unknown; expected: unknown; because: string }[] = [
  { type: 'core/Quantity', given: '1000m', expected: '1', because: 'the largest suffix' },
  { type: 'core/Quantity', given: '1024Mi', expected: '1Gi', because: 'binary stays binary' },
  { type: 'core/Quantity', given: 2, expected: '2', because: 'a number is text' },
  { type: 'core/Quantity', given: 'much', expected: 'much', because: 'no quantity stays as it is' },
  { type: 'meta/v1/Duration', given: '90s', expected: '1m30s', because: 'Go writes minutes' },
  { type: 'meta/v1/Duration', given: '1h', expected: '1h0m0s', because: 'and all below hours' },
  { type: 'meta/v1/Duration', given: '1500ms', expected: '1.5s', because: 'fractions of seconds' },
  {
    type: 'core/v1/Container',
    given: { name: 'a', args: [], resources: { limits: { cpu: '0.5' } } },
    expected: { name: 'a', resources: { limits: { cpu: '500m' } } },
    because: 'a part of a pod, without what Go leaves out',
  },
];
for (const { type, given, expected, because } of known) {
  test(`normalizeKnownFields() writes ${JSON.stringify(given)} one way: ${because}`, () => {
    const object = {
      apiVersion: 'x.test/v1',
      kind: 'X',
      metadata: { name: 'x' },
      spec: { list: [{ field: given }] },
    } as AnyObject;
    normalizeKnownFields(object, [{ field: 'spec.list.field', type }]);
    assert.deepEqual(object.spec, { list: [{ field: expected }] });
  });
}

test('withoutMutations() leaves out what a webhook changed, and keeps what we took away', () => {
  const pod = (image: string, labels: object, more: object = {}): AnyObject => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'x', labels: labels as Record<string, string>, ...more },
    spec: { containers: [{ name: 'a', image, env: [{ name: 'A', value: '1' }] }] },
  });
  const live = pod('x:1', { own: '1', gone: '1' }) as Stored<AnyObject>;
  const container = { '.': {}, 'f:name': {}, 'f:image': {} };
  const fieldsV1 = {
    'f:metadata': { 'f:labels': { 'f:own': {} } },
    'f:spec': { 'f:containers': { 'k:{"name":"a"}': container } },
  };
  const managedFields = [{ manager: 'argocd-controller', operation: 'Apply' as const, fieldsV1 }];
  const predicted = pod('x:2', { own: '2', injected: 'yes' }, { managedFields });
  const result = withoutMutations(predicted, live, 'argocd-controller');
  assert.deepEqual(result.metadata.labels, { own: '2' });
  assert.deepEqual(result.spec?.containers, [{ name: 'a', image: 'x:2', env: [{ name: 'A', value: '1' }] }]);
  assert.throws(() => withoutMutations(live, live, 'argocd-controller'), /must have the managedFields/);
});
