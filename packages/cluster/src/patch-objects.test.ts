import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AnyObject } from '@slipway/api';
import type { ObjectPatch } from '@slipway/definition';
import { patchObjects } from './patch-objects.ts';

const deployment: AnyObject = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'a' },
  spec: { replicas: 1, containers: [{ name: 'main', image: 'x', args: ['a'] }], paused: true },
};
const target = { kind: 'Deployment', name: 'web' };

const TABLE: { patch: ObjectPatch; spec: unknown; because: string }[] = [
  {
    patch: { target, merge: { spec: { replicas: 3 } } },
    spec: { replicas: 3, containers: [{ name: 'main', image: 'x', args: ['a'] }], paused: true },
    because: 'maps are merged',
  },
  {
    patch: { target, merge: { spec: { paused: null } } },
    spec: { replicas: 1, containers: [{ name: 'main', image: 'x', args: ['a'] }] },
    because: 'null removes',
  },
  {
    patch: { target, merge: { spec: { containers: [{ name: 'main', args: ['b'] }, { name: 'side' }] } } },
    spec: {
      replicas: 1,
      containers: [{ name: 'main', image: 'x', args: ['b'] }, { name: 'side' }],
      paused: true,
    },
    because: 'lists of things with names are merged by name, other lists are replaced',
  },
  {
    patch: { target, json: [{ op: 'add', path: '/spec/containers/0/args/-', value: 'b' }] },
    spec: { replicas: 1, containers: [{ name: 'main', image: 'x', args: ['a', 'b'] }], paused: true },
    because: 'an operation may add at the end of a list',
  },
  {
    patch: { target, json: [{ op: 'remove', path: '/spec/containers/0/args/0' }] },
    spec: { replicas: 1, containers: [{ name: 'main', image: 'x', args: [] }], paused: true },
    because: 'and take one out',
  },
  {
    patch: { target: { kind: 'Deployment', namespace: 'a' }, merge: { spec: { replicas: 2 } } },
    spec: { replicas: 2, containers: [{ name: 'main', image: 'x', args: ['a'] }], paused: true },
    because: 'a target without a name means all of the kind',
  },
];
for (const { patch, spec, because } of TABLE) {
  test(`patchObjects(): ${because}`, () => {
    const before = structuredClone(deployment);
    assert.deepEqual(patchObjects([deployment], [patch])[0]?.spec, spec);
    assert.deepEqual(deployment, before);
  });
}

const REFUSED: { patch: ObjectPatch; message: RegExp; because: string }[] = [
  {
    patch: { target: { kind: 'Deployment', name: 'api' }, merge: {} },
    message: /patch of Deployment "api": the release has no such object/,
    because: 'a release renamed what it meant',
  },
  {
    patch: { target, json: [{ op: 'replace', path: '/spec/strategy/type', value: 'Recreate' }] },
    message: /replace \/spec\/strategy\/type: Deployment web has no such field/,
    because: 'there is nothing to replace',
  },
];
for (const { patch, message, because } of REFUSED) {
  test(`patchObjects() refuses a patch that is of no use: ${because}`, () => {
    assert.throws(() => patchObjects([deployment], [patch]), message);
  });
}
