import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Capability, Component } from '@slipway/kinds';
import { bandsOf, chosenFor, healthOf } from './bands.ts';

const capability = (name: string, order: number) =>
  ({ metadata: { name }, spec: { title: name, order } }) as Capability;

test('bandsOf() leaves no capability out, also when a newer platform has one more', () => {
  const all = [capability('mesh', 2), capability('signing', 1), capability('time-travel', 3)];
  const names = bandsOf(all).flatMap(band => band.capabilities.map(each => each.metadata.name));
  assert.deepEqual(names, ['signing', 'mesh', 'time-travel']);
});

const component = (probes: { capability: string; healthy: boolean }[], probed?: string) =>
  ({
    spec: { technology: 'gitea', capabilities: probes.map(each => each.capability) },
    status: { probes, conditions: probed ? [{ type: 'Probed', status: probed }] : [] },
  }) as unknown as Component;

const TABLE = [
  {
    because: 'its own probe answered',
    component: component([{ capability: 'a', healthy: true }], 'False'),
    word: 'Healthy',
  },
  {
    because: 'its own probe did not',
    component: component([{ capability: 'a', healthy: false }], 'True'),
    word: 'Degraded',
  },
  { because: 'it has no probe of its own', component: component([], 'True'), word: 'Healthy' },
  { because: 'nobody asked yet', component: component([]), word: 'Progressing' },
];
for (const { because, component: each, word } of TABLE) {
  test(`healthOf() says ${word}: ${because}`, () => assert.equal(healthOf(each, 'a'), word));
}

test('chosenFor() finds what serves a capability', () => {
  assert.equal(chosenFor('a', [component([{ capability: 'a', healthy: true }])]).length, 1);
  assert.equal(chosenFor('b', [component([{ capability: 'a', healthy: true }])]).length, 0);
});
