import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Capability, Component } from '@slipway/kinds';
import { bandsOf, chosenFor } from './bands.ts';

const capability = (name: string, order: number) =>
  ({ metadata: { name }, spec: { title: name, order } }) as Capability;

test('bandsOf() leaves no capability out, also when a newer platform has one more', () => {
  const all = [capability('mesh', 2), capability('signing', 1), capability('time-travel', 3)];
  const names = bandsOf(all).flatMap(band => band.capabilities.map(each => each.metadata.name));
  assert.deepEqual(names, ['signing', 'mesh', 'time-travel']);
});

const component = (...capabilities: string[]) => ({ spec: { capabilities } }) as Component;

test('chosenFor() finds what serves a capability', () => {
  assert.equal(chosenFor('a', [component('a')]).length, 1);
  assert.equal(chosenFor('b', [component('a')]).length, 0);
});
