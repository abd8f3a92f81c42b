import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Stored } from '@slipway/api';
import { type Attestation, CREATED_BY, MATURITY_ASPECTS, MATURITY_LEVELS } from '@slipway/kinds';
import { LINES } from './lines.ts';
import { maturityOf } from './plan.ts';
import type { PlatformSeen } from './seen.ts';

const NOW = Date.parse('2026-03-31T12:00:00Z');
const NOTHING = {
  platform: { metadata: { name: 'acme' } },
  components: [],
  environments: [],
  workloads: [],
  reports: [],
  templates: [],
  runs: [],
  definitions: 0,
  attestations: [],
  now: NOW,
} as unknown as PlatformSeen;

/** Objects as far as measures look at them. */
const seen = (more: Record<string, unknown>) => ({ ...NOTHING, ...more }) as unknown as PlatformSeen;
const workload = (team: string, name: string, healthy = true) => ({
  metadata: { namespace: `team-${team}`, name },
  status: { environments: [{ name: 'dev', healthy }] },
});
const component = (technology: string, capability: string, status = 'True') => ({
  spec: { technology, capabilities: [capability] },
  status: {
    conditions: [
      { type: 'Healthy', status },
      { type: 'Probed', status },
    ],
  },
});
const report = (more: { deployments?: number; owner?: boolean; level?: string; days?: number } = {}) => ({
  status: {
    facts: { owner: { value: more.owner ?? true, reason: '' } },
    scorecards: [{ level: more.level ?? 'bronze' }],
    delivery: [
      {
        events: Array.from({ length: more.deployments ?? 1 }, () => ({ type: 'deployment' })),
        measures: { deployments: more.deployments ?? 1 },
        history: Array.from({ length: more.days ?? 1 }, () => ({})),
      },
    ],
  },
});
const template = (location: string, description = 'sets up a service') => ({
  metadata: {
    annotations: {
      'backstage.io/managed-by-location': location,
      ...(description ? { 'slipway.dev/description': description } : {}),
    },
  },
});
const run = (phase: string, finishedAt: string, made?: string) => ({
  status: {
    phase,
    finishedAt,
    inventory: made ? [{ kind: 'Workload', namespace: 'team-a', name: made }] : [],
  },
});

interface Row {
  line: string;
  because: string;
  seen: PlatformSeen;
  state: 'yes' | 'no' | 'unknown';
  found?: RegExp;
}

const TABLE: Row[] = [
  { line: 'first-service', because: 'there is none', seen: NOTHING, state: 'no' },
  {
    line: 'first-service',
    because: 'the only one is ill',
    seen: seen({ workloads: [workload('a', 'shop', false)] }),
    state: 'no',
  },
  {
    line: 'first-service',
    because: 'one is healthy',
    seen: seen({ workloads: [workload('a', 'shop')] }),
    state: 'yes',
    found: /1 of 1/,
  },
  {
    line: 'several-teams',
    because: 'one team has two',
    seen: seen({ workloads: [workload('a', 'x'), workload('a', 'y')] }),
    state: 'no',
  },
  {
    line: 'several-teams',
    because: 'two teams have one each',
    seen: seen({ workloads: [workload('a', 'x'), workload('b', 'y')] }),
    state: 'yes',
  },
  { line: 'golden-path-is-taken', because: 'nobody has a service', seen: NOTHING, state: 'unknown' },
  {
    line: 'golden-path-is-taken',
    because: 'half is not most',
    seen: seen({
      workloads: [workload('a', 'x'), workload('a', 'y')],
      runs: [run('Succeeded', '2026-03-30T00:00:00Z', 'x')],
    }),
    state: 'no',
  },
  {
    line: 'golden-path-is-taken',
    because: 'all were made by a template',
    seen: seen({
      workloads: [workload('a', 'x')],
      runs: [run('Succeeded', '2026-03-30T00:00:00Z', 'x')],
    }),
    state: 'yes',
  },
  {
    line: 'self-service',
    because: 'the last run was long ago',
    seen: seen({ runs: [run('Succeeded', '2026-01-01T00:00:00Z')] }),
    state: 'unknown',
  },
  {
    line: 'self-service',
    because: 'half of the runs failed',
    seen: seen({
      runs: [run('Succeeded', '2026-03-30T00:00:00Z'), run('Failed', '2026-03-30T00:00:00Z')],
    }),
    state: 'no',
    found: /1 of 2/,
  },
  {
    line: 'templates',
    because: 'one says nothing of itself',
    seen: seen({ templates: [template('url:shipped:node', '')] }),
    state: 'no',
  },
  {
    line: 'templates',
    because: 'each says what it is for',
    seen: seen({ templates: [template('url:shipped:node')] }),
    state: 'yes',
  },
  {
    line: 'others-extend-it',
    because: 'all came with the product',
    seen: seen({ templates: [template('url:shipped:node')] }),
    state: 'no',
  },
  {
    line: 'others-extend-it',
    because: 'a team brought its own',
    seen: seen({ templates: [template('url:https://git.slipway.internal/a/t')] }),
    state: 'yes',
  },
  { line: 'one-sign-in', because: 'nothing is chosen', seen: NOTHING, state: 'no' },
  {
    line: 'one-sign-in',
    because: 'it does not answer',
    seen: seen({ components: [component('keycloak', 'identity', 'False')] }),
    state: 'no',
    found: /keycloak is not healthy/,
  },
  {
    line: 'one-sign-in',
    because: 'it answers',
    seen: seen({ components: [component('keycloak', 'identity')] }),
    state: 'yes',
  },
  {
    line: 'every-part-is-probed',
    because: 'one does not answer',
    seen: seen({ components: [component('gitea', 'code'), component('argo-cd', 'cd', 'False')] }),
    state: 'no',
    found: /1 of 2 .*not argo-cd/,
  },
  { line: 'owners', because: 'there is no service', seen: NOTHING, state: 'unknown' },
  {
    line: 'owners',
    because: 'one has none',
    seen: seen({ reports: [report(), report({ owner: false })] }),
    state: 'no',
  },
  { line: 'can-go-back', because: 'only one is kept', seen: seen({ definitions: 1 }), state: 'no' },
  { line: 'can-go-back', because: 'there is one before', seen: seen({ definitions: 2 }), state: 'yes' },
  {
    line: 'promotion-has-rules',
    because: 'anybody may promote',
    seen: seen({
      environments: [{ metadata: { name: 'prod' }, spec: { order: 2, promotion: { from: 'dev' } } }],
    }),
    state: 'no',
  },
  {
    line: 'promotion-has-rules',
    because: 'the last environment has one',
    seen: seen({
      environments: [
        { metadata: { name: 'prod' }, spec: { order: 2, promotion: { from: 'dev', requires: [{}] } } },
        { metadata: { name: 'dev' }, spec: { order: 1 } },
      ],
    }),
    state: 'yes',
  },
  {
    line: 'delivery-is-measured',
    because: 'one was never deployed',
    seen: seen({ reports: [report(), report({ deployments: 0 })] }),
    state: 'no',
  },
  {
    line: 'inside-own-tools',
    because: 'a service was deployed again',
    seen: seen({ reports: [report({ deployments: 2 })] }),
    state: 'yes',
  },
  {
    line: 'scorecards',
    because: 'most are below the first level',
    seen: seen({ reports: [report(), report({ level: '' })] }),
    state: 'no',
  },
  { line: 'trends', because: 'a day is no trend', seen: seen({ reports: [report()] }), state: 'no' },
  {
    line: 'trends',
    because: 'two weeks are',
    seen: seen({ reports: [report({ days: 14 })] }),
    state: 'yes',
  },
  { line: 'roadmap', because: 'nobody said so', seen: NOTHING, state: 'unknown' },
];

for (const { line: id, because, seen: given, state, found } of TABLE) {
  test(`maturityOf() answers ${id} with ${state}: ${because}`, () => {
    const line = maturityOf(given).lines.find(each => each.id === id);
    assert.equal(line?.state, state);
    assert.match(line?.found ?? '', found ?? /./);
  });
}

function attestation(line: string, more: Partial<Attestation['spec']> = {}, at = '2026-03-01T00:00:00Z') {
  const spec = {
    line,
    holds: true,
    statement: 'three of us, paid for it',
    until: '2026-09-01T00:00:00Z',
    ...more,
  };
  const annotations = { [CREATED_BY]: JSON.stringify({ username: 'ann', groups: [] }) };
  return {
    metadata: { name: 'a', creationTimestamp: at, resourceVersion: '1', annotations },
    spec,
  } as unknown as Stored<Attestation>;
}

const WORDS = [
  {
    because: 'somebody’s word counts where nothing can be measured, with their name and the day',
    attestations: [attestation('roadmap')],
    line: 'roadmap',
    gives: ['yes', 'attested', 'ann on 2026-03-01: three of us, paid for it'],
  },
  {
    because: 'a word that has ended says nothing',
    attestations: [attestation('roadmap', { until: '2026-03-31T11:59:59Z' })],
    line: 'roadmap',
    gives: ['unknown', 'none', 'nobody has attested it'],
  },
  {
    because: 'the newest word counts',
    attestations: [
      attestation('roadmap', { holds: false, statement: 'it is dropped' }, '2026-03-20T00:00:00Z'),
      attestation('roadmap'),
    ],
    line: 'roadmap',
    gives: ['no', 'attested', 'ann on 2026-03-20: it is dropped'],
  },
  {
    because: 'no word changes what was measured',
    attestations: [attestation('first-service')],
    line: 'first-service',
    gives: ['no', 'measured', '0 of 0 services are healthy somewhere'],
  },
  {
    because: 'a word answers what could be measured but was not',
    attestations: [attestation('self-service')],
    line: 'self-service',
    gives: ['yes', 'attested', 'ann on 2026-03-01: three of us, paid for it'],
  },
];
for (const { because, attestations, line: id, gives } of WORDS) {
  test(`maturityOf(): ${because}`, () => {
    const line = maturityOf(seen({ attestations })).lines.find(each => each.id === id);
    assert.deepEqual([line?.state, line?.basis, line?.found], gives);
  });
}

test('maturityOf() gives an aspect the level up to which every line says yes, and the lines of the next to work on', () => {
  const { aspects, improvements } = maturityOf(
    seen({
      workloads: [workload('a', 'shop')],
      attestations: [attestation('people-work-on-it')],
    }),
  );
  assert.deepEqual(
    aspects.map(({ aspect, level, next }) => [aspect, level, next]),
    [
      ['investment', 'provisional', 'operational'],
      ['adoption', 'provisional', 'operational'],
      ['interfaces', '', 'provisional'],
      ['operations', '', 'provisional'],
      ['measurement', '', 'provisional'],
    ],
  );
  assert.deepEqual(improvements, [
    'team-with-budget',
    'several-teams',
    'known-whom-to-ask',
    'written-down',
    'users-are-asked',
  ]);
});

test('every aspect asks something at every level, and no line is asked twice', () => {
  for (const aspect of MATURITY_ASPECTS)
    for (const level of MATURITY_LEVELS)
      assert.ok(
        LINES.some(line => line.aspect === aspect && line.level === level),
        `${aspect} ${level}`,
      );
  assert.equal(new Set(LINES.map(({ id }) => id)).size, LINES.length);
});
