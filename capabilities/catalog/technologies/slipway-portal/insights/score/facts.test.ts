import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BranchProtection, Build, Entity, Workload } from '@slipway/kinds';
import { FACTS, factsOf, type Seen } from './facts.ts';

const NOW = Date.parse('2026-03-31T12:00:00Z');
const image = `registry.slipway.internal/payments/shop@sha256:${'a'.repeat(64)}`;
const namespace = 'team-payments';

function workload(environments: unknown[] = []): Workload {
  return {
    apiVersion: 'slipway.dev/v1alpha1',
    kind: 'Workload',
    metadata: { namespace, name: 'shop' },
    spec: { repository: 'shop', branch: 'release/1' },
    status: {
      environments,
      pipeline: { workflow: 'shop-1', revision: 'x', phase: 'Succeeded' },
    },
  } as Workload;
}
const running = (more: object = {}) =>
  workload([{ name: 'dev', healthy: true, health: 'Healthy', image, ...more }]);
const entity = (owner?: string): Entity =>
  ({
    metadata: { namespace, name: 'component.shop' },
    spec: { entity: { spec: owner === undefined ? {} : { owner } } },
  }) as unknown as Entity;
const build = (status: object): Build =>
  ({ metadata: { namespace, name: 'b1' }, status: { image, ...status } }) as unknown as Build;
const protection = (spec: object): BranchProtection =>
  ({
    metadata: { namespace, name: 'p' },
    spec: { repository: 'shop', ...spec },
  }) as unknown as BranchProtection;
const nothing: Seen = { workload: workload(), groups: [], builds: [], delivery: [], now: NOW };

const TABLE: { fact: string; because: string; seen: Partial<Seen>; value: unknown; reason?: RegExp }[] = [
  { fact: 'owner', because: 'no entity is there yet', seen: {}, value: undefined },
  { fact: 'owner', because: 'the catalog file names none', seen: { entity: entity() }, value: false },
  {
    fact: 'owner',
    because: 'its own team owns it',
    seen: { entity: entity('group:default/payments') },
    value: true,
  },
  {
    fact: 'owner',
    because: 'another group owns it',
    seen: { entity: entity('sre'), groups: ['sre'] },
    value: true,
  },
  {
    fact: 'owner',
    because: 'the owner left no trace',
    seen: { entity: entity('group:gone') },
    value: false,
    reason: /group:gone does not exist/,
  },
  { fact: 'readme-length', because: 'the repository cannot be read', seen: {}, value: undefined },
  { fact: 'readme-length', because: 'there is none', seen: { readmeLength: 0 }, value: 0 },
  { fact: 'readme-length', because: 'it is there', seen: { readmeLength: 321 }, value: 321 },
  { fact: 'tests-passed', because: 'no pipeline has ended', seen: {}, value: undefined },
  {
    fact: 'tests-passed',
    because: 'no step is for tests',
    seen: { steps: [{ type: 'Pod', templateName: 'build', phase: 'Succeeded' }] },
    value: false,
    reason: /no step for tests/,
  },
  {
    fact: 'tests-passed',
    because: 'a step for tests succeeded',
    seen: { steps: [{ type: 'Pod', templateName: 'unit-test', displayName: 'unit', phase: 'Succeeded' }] },
    value: true,
  },
  {
    fact: 'tests-passed',
    because: 'a word that only contains it is no test',
    seen: { steps: [{ type: 'Pod', templateName: 'latest', displayName: 'attest', phase: 'Succeeded' }] },
    value: false,
  },
  {
    fact: 'tests-passed',
    because: 'a step for tests failed',
    seen: { steps: [{ type: 'Pod', templateName: 'test', displayName: 'test', phase: 'Failed' }] },
    value: false,
    reason: /step test: Failed/,
  },
  { fact: 'healthy', because: 'nothing runs', seen: {}, value: undefined },
  { fact: 'healthy', because: 'all that runs is', seen: { workload: running() }, value: true },
  {
    fact: 'healthy',
    because: 'one environment is not',
    seen: { workload: running({ healthy: false, health: 'Degraded' }) },
    value: false,
    reason: /dev Degraded/,
  },
  { fact: 'image-pinned', because: 'it runs by digest', seen: { workload: running() }, value: true },
  {
    fact: 'image-pinned',
    because: 'it runs by tag',
    seen: { workload: running({ image: 'shop:latest' }) },
    value: false,
  },
  {
    fact: 'bill-of-materials',
    because: 'the Build is gone',
    seen: { workload: running() },
    value: undefined,
  },
  {
    fact: 'bill-of-materials',
    because: 'the Build has one',
    seen: { workload: running(), builds: [build({ sbom: { digest: 'd', packages: 1 } })] },
    value: true,
  },
  {
    fact: 'signature',
    because: 'the Build has none',
    seen: { workload: running(), builds: [build({})] },
    value: false,
  },
  {
    fact: 'provenance',
    because: 'the Build has it',
    seen: { workload: running(), builds: [build({ provenance: { digest: 'd' } })] },
    value: true,
  },
  { fact: 'branch-protected', because: 'nobody can tell', seen: {}, value: undefined },
  { fact: 'branch-protected', because: 'no rule is there', seen: { protections: [] }, value: false },
  {
    fact: 'branch-protected',
    because: 'a rule is for another branch',
    seen: { protections: [protection({ rule: 'release*' })] },
    value: false,
  },
  {
    fact: 'branch-protected',
    because: 'a pattern fits its branch',
    seen: { protections: [protection({ rule: 'release/*' })] },
    value: true,
  },
  {
    fact: 'branch-protected',
    because: 'a rule that lets everybody push protects nothing',
    seen: { protections: [protection({ rule: '**', enablePush: true })] },
    value: false,
  },
  {
    fact: 'required-approvals',
    because: 'the first rule says how many',
    seen: {
      protections: [
        protection({ rule: '**', priority: 2, requiredApprovals: 5 }),
        protection({ rule: 'release/1', priority: 1, requiredApprovals: 2 }),
      ],
    },
    value: 2,
  },
];

for (const { fact, because, seen, value, reason } of TABLE) {
  test(`fact ${fact} is ${JSON.stringify(value) ?? 'unknown'}: ${because}`, () => {
    const found = FACTS[fact]?.({ ...nothing, ...seen });
    assert.equal(found?.value, value);
    assert.match(found?.reason ?? '', reason ?? /./);
  });
}

test('days-since-deployment is of the newest deployment in any environment', () => {
  const deployment = (at: string) => ({ type: 'deployment' as const, at, id: at });
  const delivery = [
    { name: 'dev', events: [deployment('2026-03-29T13:00:00Z')] },
    { name: 'prod', events: [deployment('2026-03-01T13:00:00Z')] },
  ] as unknown as Seen['delivery'];
  assert.equal(factsOf({ ...nothing, delivery })['days-since-deployment']?.value, 1);
  assert.equal(factsOf(nothing)['days-since-deployment']?.value, undefined);
});
