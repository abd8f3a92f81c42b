import assert from 'node:assert/strict';
import { test } from 'node:test';
import { partChange } from './change.ts';
import type { ObjectDifference } from './diff.ts';
import type { Selection } from './selection.ts';

const started = { domain: 'slipway.localhost', appsDomain: 'slipway-apps.localhost' };

function difference(kind: string, result: ObjectDifference['result'], field?: string): ObjectDifference {
  const object = { apiVersion: 'slipway.dev/v1alpha1', kind, metadata: { name: 'x' } };
  const fields = field === undefined ? [] : [{ field, old: 1, new: 2 }];
  return { kind, name: 'x', result, fields, object };
}

function selection(names: Partial<typeof started> = {}): Selection {
  return { ...started, ...names } as Selection;
}

const rows: { given: ObjectDifference; live: boolean; later: string[]; because: string }[] = [
  { given: difference('Team', 'new'), live: true, later: [], because: 'teams come while it runs' },
  { given: difference('Team', 'gone'), live: true, later: [], because: 'teams go while it runs' },
  { given: difference('Team', 'changed', 'spec.members.0'), live: true, later: [], because: 'and change' },
  {
    given: difference('Environment', 'changed', 'spec.promotion.from'),
    live: true,
    later: [],
    because: 'rules of an environment are read from its object',
  },
  {
    given: difference('Environment', 'new'),
    live: false,
    later: ['environment x: added'],
    because: 'engines are given the list of environments when they start',
  },
  {
    given: difference('Environment', 'gone'),
    live: false,
    later: ['environment x: removed'],
    because: 'engines are given the list of environments when they start',
  },
  {
    given: difference('Component', 'new'),
    live: false,
    later: ['technology x: added'],
    because: 'an engine is started with the platform',
  },
  {
    given: difference('Component', 'gone'),
    live: false,
    later: ['technology x: removed'],
    because: 'an engine is stopped with the platform',
  },
  {
    given: difference('Component', 'changed', 'spec.parameters.realm'),
    live: false,
    later: ['technology x: other parameters'],
    because: 'an engine is given its parameters when it starts',
  },
  {
    given: difference('ServiceAccount', 'new'),
    live: false,
    later: [],
    because: 'it comes with its technology, which is named',
  },
  {
    given: difference('ClusterRole', 'changed', 'rules.0'),
    live: true,
    later: [],
    because: 'rights that somebody changed by hand are mended at once',
  },
  {
    given: difference('Platform', 'changed', 'spec.domain'),
    live: true,
    later: [],
    because: 'it is the text',
  },
];
for (const { given, live, later, because } of rows) {
  test(`partChange() of ${given.kind} ${given.result}: ${because}`, () => {
    assert.deepEqual(partChange([given], selection(), started), {
      live: live ? [given] : [],
      atNextStart: later,
    });
  });
}

test('partChange() names addresses that only a start changes', () => {
  const { atNextStart } = partChange([], selection({ domain: 'acme.localhost' }), started);
  assert.deepEqual(atNextStart, ['domain: slipway.localhost → acme.localhost']);
});
