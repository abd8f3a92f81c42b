import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AnyObject, Stored } from '@slipway/api';
import type { Build } from '@slipway/kinds';
import { buildOf, changeImageRepository, checkName } from '../workload/plan.ts';
import { checkContext, isOutdated, isSaid, verdictOn } from './plan.ts';

const HEAD = 'a'.repeat(40);
const workflow = (phase: string, more: object = {}): AnyObject => ({
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'Workflow',
  metadata: { name: 'w', annotations: { 'slipway.dev/change': 'shop.1', 'slipway.dev/revision': HEAD } },
  spec: { ...more },
  status: { phase },
});

for (const [phase, message, state, description, because] of [
  ['', undefined, 'pending', 'the pipeline starts', 'nobody has looked at it yet'],
  ['Running', undefined, 'pending', 'the pipeline runs', 'its pods are at work'],
  ['Succeeded', undefined, 'success', 'the pipeline succeeded', 'all of it went well'],
  ['Failed', 'step test: exit 1\nand its log', 'failure', 'step test: exit 1', 'a list shows one line'],
  ['Error', undefined, 'error', 'the pipeline broke', 'Argo has no message for it'],
  ['Failed', 'x'.repeat(300), 'failure', `${'x'.repeat(249)}…`, 'Gitea keeps no longer ones'],
] as const) {
  test(`verdictOn() a run that is ${phase || 'new'} is ${state}: ${because}`, () => {
    assert.deepEqual(verdictOn(workflow(phase), message), { state, description });
  });
}

for (const [given, open, expected, because] of [
  [workflow('Running'), [HEAD], false, 'an open change has that head'],
  [workflow('Running'), ['b'.repeat(40)], true, 'the head moved on'],
  [workflow('Pending'), [], true, 'the change is closed'],
  [workflow('Succeeded'), [], false, 'it is over anyway'],
  [workflow('Running', { shutdown: 'Stop' }), [], false, 'it was told to stop before'],
  [
    { ...workflow('Running'), metadata: { name: 'shop-main' } },
    [],
    false,
    'it delivers, and is nobody’s check',
  ],
] as const) {
  test(`isOutdated() is ${expected}: ${because}`, () => {
    assert.equal(isOutdated(given, new Set(open)), expected);
  });
}

test('checkName() has a name of its own for each attempt, which fits a label', () => {
  const run = (attempt: number) => checkName('s'.repeat(63), { revision: HEAD, attempt });
  assert.equal(checkName('shop', { revision: HEAD, attempt: 1 }), 'shop-check-aaaaaaaaaa');
  assert.equal(checkName('shop', { revision: HEAD, attempt: 2 }), 'shop-check-aaaaaaaaaa-2');
  assert.ok(run(1_000).length <= 63, run(1_000));
});

test('isSaid() only when state, words and page are the same', () => {
  const verdict = verdictOn(workflow('Running'));
  const check = {
    id: 1,
    context: checkContext('shop'),
    creator: 'x',
    createdAt: '',
    targetUrl: 'u',
    ...verdict,
  };
  assert.ok(isSaid(check, verdict, 'u'));
  assert.ok(!isSaid(check, verdict, 'other'));
  assert.ok(!isSaid({ ...check, state: 'success' }, verdict, 'u'));
  assert.ok(!isSaid(undefined, verdict, 'u'));
});

test('buildOf() takes no image of an unmerged change for the service’s own', () => {
  const build = (image: string) =>
    ({
      metadata: { name: 'b', namespace: 'team-acme', labels: { 'slipway.dev/workload': 'shop' } },
      spec: { image, source: { git: { url: '', revision: HEAD } } },
      status: { phase: 'Succeeded' },
    }) as unknown as Stored<Build>;
  const tried = build(changeImageRepository('acme', 'shop'));
  const own = build('registry.slipway.internal/acme/shop');
  assert.equal(buildOf([tried], 'shop', HEAD), undefined);
  assert.equal(buildOf([tried, own], 'shop', HEAD), own);
});
