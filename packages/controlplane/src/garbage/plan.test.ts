import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { OwnerReference } from '@slipway/api';
import { ConfigMap } from '@slipway/kinds';
import { type Entity, Graph } from './graph.ts';
import { blocking, type CollectorAction, judge, knownState, type OwnerState, unblocked } from './plan.ts';

const reference = (uid: string, blockOwnerDeletion = true): OwnerReference => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  name: uid,
  uid,
  blockOwnerDeletion,
});
const entity = (uid: string, more: Partial<Entity> = {}): Entity => ({
  uid,
  kind: ConfigMap,
  key: { namespace: 'a', name: uid },
  owners: [],
  finalizers: [],
  deleting: false,
  ...more,
});
const owner = (uid: string, state: OwnerState['state']): OwnerState => ({ reference: reference(uid), state });

const rows: {
  entity?: Partial<Entity>;
  owners: OwnerState[];
  dependents?: Entity[];
  expected: CollectorAction;
  because: string;
}[] = [
  { owners: [], expected: { action: 'none' }, because: 'it has no owner' },
  { owners: [owner('a', 'solid')], expected: { action: 'none' }, because: 'its owner lives' },
  {
    owners: [owner('a', 'absent')],
    expected: { action: 'delete', policy: 'Background' },
    because: 'its owner is gone',
  },
  {
    owners: [owner('a', 'absent'), owner('b', 'solid')],
    expected: { action: 'keepOwners', owners: [reference('b')] },
    because: 'one of two owners lives',
  },
  {
    owners: [owner('a', 'waiting')],
    expected: { action: 'delete', policy: 'Background' },
    because: 'its owner waits for it',
  },
  {
    owners: [owner('a', 'waiting')],
    dependents: [entity('x')],
    expected: { action: 'delete', policy: 'Foreground' },
    because: 'it has dependents that must go before it',
  },
  {
    owners: [owner('a', 'waiting')],
    dependents: [entity('x', { deleting: true, finalizers: ['foregroundDeletion'] })],
    expected: { action: 'delete', policy: 'Foreground', unblock: true },
    because: 'it waits for one that waits for it: a circle',
  },
  {
    entity: { deleting: true },
    owners: [owner('a', 'absent')],
    expected: { action: 'none' },
    because: 'it is on its way already',
  },
  {
    entity: { finalizers: ['orphan'] },
    owners: [owner('a', 'absent')],
    expected: { action: 'delete', policy: 'Orphan' },
    because: 'it wants its dependents to stay',
  },
];
for (const { entity: more = {}, owners, dependents = [], expected, because } of rows) {
  test(`judge() says ${expected.action} because ${because}`, () =>
    assert.deepEqual(judge(entity('e', more), owners, dependents), expected));
}

test('an owner in the foreground waits only for those that block it', () => {
  const dying = entity('o', { deleting: true, finalizers: ['foregroundDeletion'] });
  const dependents = [
    entity('a', { owners: [reference('o')] }),
    entity('b', { owners: [reference('o', false)] }),
  ];
  assert.deepEqual(
    blocking(dying, dependents).map(one => one.uid),
    ['a'],
  );
  assert.equal(knownState(dying, reference('o')), 'waiting');
  assert.equal(knownState(dying, reference('o', false)), 'solid');
});

test('Graph follows owners that change', () => {
  const graph = new Graph();
  graph.put(entity('e', { owners: [reference('a'), reference('b')] }));
  graph.put(entity('e', { owners: [reference('b')] }));
  assert.deepEqual(graph.dependentsOf('a'), []);
  assert.equal(graph.dependentsOf('b')[0]?.uid, 'e');
  graph.remove('e');
  assert.deepEqual(graph.dependentsOf('b'), []);
});

test('unblocked() names owners that are held up no more, be the reference gone or changed', () => {
  const before = entity('x', { owners: [reference('a'), reference('b'), reference('c')] });
  const after = entity('x', { owners: [reference('a'), reference('b', false)] });
  assert.deepEqual(unblocked(before, after), ['b', 'c']);
  assert.deepEqual(unblocked(undefined, after), []);
});
