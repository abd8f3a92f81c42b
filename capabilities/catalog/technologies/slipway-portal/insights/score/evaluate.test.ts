import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Exemption, Fact, ScoreCheck, Scorecard } from '@slipway/kinds';
import { MOST_POINTS, nextEnd, score } from './evaluate.ts';

const NOW = Date.parse('2026-03-31T12:00:00Z');
const apiVersion = 'insights.slipway.dev/v1alpha1';

function check(name: string, rule: ScoreCheck['spec']['rule']): ScoreCheck {
  const spec = { title: name, fact: name, rule, fix: `mend ${name}` };
  return { apiVersion, kind: 'Check', metadata: { name }, spec };
}
const checks = [
  check('owner', { is: true }),
  check('age', { atMost: 30 }),
  check('readme', { atLeast: 200, atMost: 100_000 }),
];
function card(exemptions: Exemption[] = []): Scorecard {
  const levels = [
    { name: 'bronze', checks: ['owner'] },
    { name: 'silver', checks: ['age', 'readme'] },
  ];
  return {
    apiVersion,
    kind: 'Scorecard',
    metadata: { name: 'basics' },
    spec: { title: 'Basics', levels, exemptions },
  };
}
const fact = (value?: Fact['value']): Fact => ({
  reason: 'seen',
  ...(value === undefined ? {} : { value }),
});
const exemption = (until: string, service = 'payments/shop'): Exemption => ({
  check: 'age',
  service,
  owner: 'ann',
  reason: 'frozen until the sale is over',
  until,
});

interface Row {
  because: string;
  facts: Record<string, Fact>;
  exemptions?: Exemption[];
  gives: { level: string; next: string; passed: number; counted: number; states: string };
}

const TABLE: Row[] = [
  {
    because: 'all pass',
    facts: { owner: fact(true), age: fact(3), readme: fact(400) },
    gives: { level: 'silver', next: '', passed: 3, counted: 3, states: 'pass pass pass' },
  },
  {
    because: 'a level wants all of its checks',
    facts: { owner: fact(true), age: fact(3), readme: fact(10) },
    gives: { level: 'bronze', next: 'silver', passed: 2, counted: 3, states: 'pass pass fail' },
  },
  {
    because: 'a higher level is not reached over a lower one',
    facts: { owner: fact(false), age: fact(3), readme: fact(400) },
    gives: { level: '', next: 'bronze', passed: 2, counted: 3, states: 'fail pass pass' },
  },
  {
    because: 'what nobody knows is no pass',
    facts: { owner: fact(), age: fact(3), readme: fact(400) },
    gives: { level: '', next: 'bronze', passed: 2, counted: 3, states: 'unknown pass pass' },
  },
  {
    because: 'a fact that does not exist is unknown',
    facts: { owner: fact(true), readme: fact(400) },
    gives: { level: 'bronze', next: 'silver', passed: 2, counted: 3, states: 'pass unknown pass' },
  },
  {
    because: 'a number is not compared with a word',
    facts: { owner: fact('true'), age: fact('3'), readme: fact(400) },
    gives: { level: '', next: 'bronze', passed: 1, counted: 3, states: 'fail fail pass' },
  },
  {
    because: 'an exemption counts for neither side',
    facts: { owner: fact(true), age: fact(90), readme: fact(400) },
    exemptions: [exemption('2026-04-01T00:00:00Z')],
    gives: { level: 'silver', next: '', passed: 2, counted: 2, states: 'pass exempt pass' },
  },
  {
    because: 'an exemption that has ended counts no more',
    facts: { owner: fact(true), age: fact(90), readme: fact(400) },
    exemptions: [exemption('2026-03-31T12:00:00Z')],
    gives: { level: 'bronze', next: 'silver', passed: 2, counted: 3, states: 'pass fail pass' },
  },
  {
    because: 'an exemption is of one service',
    facts: { owner: fact(true), age: fact(90), readme: fact(400) },
    exemptions: [exemption('2026-04-01T00:00:00Z', 'payments/till')],
    gives: { level: 'bronze', next: 'silver', passed: 2, counted: 3, states: 'pass fail pass' },
  },
];

for (const { because, facts, exemptions, gives } of TABLE) {
  test(`score(): ${because}`, () => {
    const result = score({
      scorecard: card(exemptions),
      checks,
      facts,
      service: 'payments/shop',
      now: NOW,
    });
    const { level, nextLevel: next, passed, counted, results } = result;
    const states = results.map(each => each.state).join(' ');
    assert.deepEqual({ level, next, passed, counted, states }, gives);
  });
}

test('score() says of a check that is not there that it is not', () => {
  const { results } = score({
    scorecard: card(),
    checks: [],
    facts: {},
    service: 'payments/shop',
    now: NOW,
  });
  assert.equal(results[0]?.found, 'there is no check "owner"');
});

test('score() keeps a history: a point for each change, one a day otherwise, and no more than so many', () => {
  const good = { owner: fact(true), age: fact(3), readme: fact(400) };
  const bad = { ...good, readme: fact(1) };
  const day = 86_400_000;
  const looks = [
    [bad, 0],
    [good, 59_000],
    [good, 61_000],
    [bad, 200_000],
    [good, 300_000],
    [good, day],
    [good, day + 1000],
  ] as const;
  let before: ReturnType<typeof score> | undefined;
  const common = { scorecard: card(), checks, service: 'payments/shop' };
  for (const [facts, ms] of looks)
    before = score({ ...common, facts, now: NOW + ms, ...(before ? { before } : {}) });
  assert.deepEqual(
    before?.history.map(({ at, level, passed }) => [at.slice(0, 10), level, passed]),
    [
      ['2026-03-31', 'silver', 3],
      ['2026-03-31', 'bronze', 2],
      ['2026-03-31', 'silver', 3],
      ['2026-04-01', 'silver', 3],
    ],
  );
  for (let at = 0; at < MOST_POINTS + 10; at++)
    before = score({ ...common, facts: good, now: NOW + at * day, ...(before ? { before } : {}) });
  assert.equal(before?.history.length, MOST_POINTS);
});

test('nextEnd() is when the next exemption of a service ends, so that somebody looks again then', () => {
  const scorecards = [card([exemption('2026-03-31T12:00:05Z'), exemption('2026-04-30T00:00:00Z')])];
  assert.equal(nextEnd(scorecards, 'payments/shop', NOW), 5000);
  assert.equal(nextEnd(scorecards, 'payments/till', NOW), undefined);
});
