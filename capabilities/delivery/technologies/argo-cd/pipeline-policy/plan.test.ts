import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PipelinePolicy, PolicyException, RequiredStep } from '@slipway/kinds';
import type { PipelineCall, PipelineSpec } from './pipeline-steps.ts';
import {
  type Evidence,
  type Governed,
  isGoverned,
  judge,
  languagesOf,
  type PipelineNode,
  promotionRefusal,
  refusalOf,
} from './plan.ts';

const NOW = Date.parse('2026-03-01T12:00:00Z');
const BUILD = 'apiVersion: artifacts.slipway.dev/v1alpha1\nkind: Build\n';
const service: Governed = {
  team: 'payments',
  service: 'shop',
  labels: { tier: 'one' },
  templates: ['node-service'],
  languages: ['node'],
};

function policy(steps: RequiredStep[], more: Partial<PipelinePolicy['spec']> = {}): PipelinePolicy {
  return {
    apiVersion: 'slipway.dev/v1alpha1',
    kind: 'PipelinePolicy',
    metadata: { name: 'tested' },
    spec: { steps, ...more },
  };
}

/** A pipeline whose entry calls these steps, one after the other. */
function pipeline(calls: PipelineCall[]): PipelineSpec {
  return {
    entrypoint: 'main',
    templates: [
      { name: 'main', steps: calls.map(call => [call]) },
      { name: 'test' },
      { name: 'build', resource: { manifest: BUILD } },
      { name: 'below', dag: { tasks: [{ name: 'test', template: 'test' }] } },
      { name: 'unused', steps: [[{ name: 'lint', template: 'test' }]] },
    ],
  };
}

const TEST: PipelineCall = { name: 'test', template: 'test' };
const FROM = { clusterWorkflowTemplate: 'checks', template: 'scan' };
const REF = { name: 'checks', template: 'scan', clusterScope: true };
const ran = (displayName: string, phase: string, more: PipelineNode = {}): PipelineNode => ({
  displayName,
  phase,
  type: 'Pod',
  ...more,
});

const rows: {
  steps?: RequiredStep[];
  checks?: string[];
  calls?: PipelineCall[] | 'none';
  evidence?: Partial<Evidence>;
  verdict: string;
  says?: RegExp;
  because: string;
}[] = [
  { calls: [TEST], verdict: 'Pending', because: 'what is written is right, and has to run yet' },
  {
    calls: [TEST],
    evidence: { nodes: [ran('test', 'Succeeded')] },
    verdict: 'Met',
    because: 'it is written and ran to its end',
  },
  {
    calls: [{ name: 'checked', template: 'build' }],
    verdict: 'NotMet',
    says: /"test" is asked for.*does not have; add to \.slipway\/pipeline\.yaml:\n- - name: test/s,
    because: 'a step that is called otherwise is another step, and the message says what to add',
  },
  {
    calls: [{ name: 'verify', template: 'test' }],
    verdict: 'Pending',
    because: 'the name of the template a step runs is as good',
  },
  { calls: [{ name: 'all', template: 'below' }], verdict: 'Pending', because: 'steps below steps count' },
  {
    steps: [{ name: 'lint' }],
    calls: [TEST],
    verdict: 'NotMet',
    because: 'a template that nobody calls does not run',
  },
  {
    calls: [{ ...TEST, when: 'false' }],
    verdict: 'NotMet',
    says: /runs only when "false"; take "when" away/,
    because: 'a condition may be false',
  },
  {
    calls: [{ name: 'all', template: 'below', when: '{{x}} == 1' }],
    verdict: 'NotMet',
    says: /step all runs only when/,
    because: 'a condition above it is a condition, too',
  },
  {
    calls: [{ ...TEST, continueOn: { failed: true } }],
    verdict: 'NotMet',
    says: /may fail \(continueOn\)/,
    because: 'a failure that is ignored proves nothing',
  },
  {
    calls: [{ ...TEST, withItems: [] }],
    verdict: 'NotMet',
    because: 'repeated over nothing it does not run',
  },
  { calls: [{ ...TEST, withParam: '{{x}}' }], verdict: 'NotMet', because: 'the list may come out empty' },
  {
    calls: [{ ...TEST, when: 'false' }, TEST],
    evidence: { nodes: [ran('test', 'Skipped'), ran('test', 'Succeeded')] },
    verdict: 'Met',
    because: 'one sure way to the step is enough',
  },
  {
    calls: [TEST],
    evidence: { nodes: [ran('test', 'Omitted', { type: 'Skipped' })] },
    verdict: 'NotMet',
    says: /did not run to its end/,
    because: 'what counts is what ran',
  },
  {
    calls: [TEST],
    evidence: { nodes: [ran('build', 'Succeeded')] },
    verdict: 'NotMet',
    because: 'no node, no run',
  },
  {
    calls: [TEST],
    evidence: { nodes: [ran('test(0)', 'Failed'), ran('test', 'Succeeded', { type: 'Retry' })] },
    verdict: 'Met',
    because: 'a retry that came through is a run to its end',
  },
  {
    calls: [TEST],
    evidence: { foreign: 'pipeline shop-1 was written by ann', nodes: [ran('test', 'Succeeded')] },
    verdict: 'NotMet',
    says: /written by ann/,
    because: 'a run that somebody made by hand proves nothing',
  },
  {
    calls: 'none',
    verdict: 'NotMet',
    says: /there is no pipeline; add to/,
    because: 'manifests that are delivered as they are had no steps',
  },
  {
    steps: [{ action: 'image-build' }],
    calls: [{ name: 'image', template: 'build' }],
    verdict: 'Pending',
    because: 'what a step does may be asked for whatever it is called',
  },
  {
    steps: [{ name: 'build', action: 'image-build' }],
    calls: [{ name: 'build', template: 'test' }],
    verdict: 'NotMet',
    because: 'the right name with another action is not enough',
  },
  {
    steps: [{ from: FROM }],
    calls: [{ name: 'scan', template: 'test' }],
    verdict: 'NotMet',
    says: /templateRef:\n {6}name: checks/,
    because: 'a step of one’s own is not the platform’s',
  },
  {
    steps: [{ from: FROM }],
    calls: [{ name: 'scan', templateRef: { ...REF, clusterScope: false } }],
    verdict: 'NotMet',
    because: 'a team’s own template of the same name is not the platform’s',
  },
  {
    steps: [{ from: FROM }],
    calls: [{ name: 'scan', templateRef: REF }],
    evidence: { nodes: [ran('scan', 'Succeeded', { templateRef: REF })] },
    verdict: 'Met',
    because: 'a template that the platform keeps cannot be emptied',
  },
  {
    steps: [],
    checks: ['security/scan'],
    calls: [],
    evidence: { nodes: [] },
    verdict: 'NotMet',
    says: /"security\/scan".*nobody reported it/,
    because: 'a check that nobody reported is not passed',
  },
  {
    steps: [],
    checks: ['security/scan'],
    calls: [],
    evidence: { nodes: [], checks: { 'security/scan': 'success' } },
    verdict: 'Met',
    because: 'somebody else reported it for this revision',
  },
];
for (const { steps = [{ name: 'test' }], checks, calls = [], evidence, verdict, says, because } of rows) {
  test(`judge() says ${verdict}: ${because}`, () => {
    const found = judge(
      policy(steps, checks ? { checks } : {}),
      service,
      {
        spec: calls === 'none' ? undefined : pipeline(calls),
        where: '.slipway/pipeline.yaml',
        checks: {},
        ...evidence,
      },
      { exceptions: [], now: NOW },
    );
    assert.equal(found.verdict, verdict, found.message);
    if (says) assert.match(found.message ?? '', says);
  });
}

test('a pipeline that calls itself comes to an end', () => {
  const loop = {
    name: 'main',
    steps: [
      [
        { name: 'again', template: 'main' },
        { name: 'more', template: 'main' },
      ],
    ],
  };
  const evidence = { spec: { entrypoint: 'main', templates: [loop] }, where: 'x', checks: {} };
  assert.equal(
    judge(policy([{ name: 'test' }]), service, evidence, { exceptions: [], now: NOW }).verdict,
    'NotMet',
  );
});

const exceptionRows: { spec: Partial<PolicyException['spec']>; verdict: string; because: string }[] = [
  { spec: {}, verdict: 'Excepted', because: 'it names policy and service, and has not ended' },
  { spec: { until: '2026-03-01T11:59:59Z' }, verdict: 'NotMet', because: 'after its end it does not count' },
  { spec: { service: 'payments/cart' }, verdict: 'NotMet', because: 'it is another service’s' },
  { spec: { service: 'other/shop' }, verdict: 'NotMet', because: 'it is another team’s' },
  { spec: { policy: 'scanned' }, verdict: 'NotMet', because: 'it is from another policy' },
  { spec: { until: 'soon' }, verdict: 'NotMet', because: 'a date that is none has no future' },
];
for (const { spec, verdict, because } of exceptionRows) {
  test(`an exception gives ${verdict}: ${because}`, () => {
    const exception: PolicyException = {
      apiVersion: 'slipway.dev/v1alpha1',
      kind: 'PolicyException',
      metadata: { name: 'e' },
      spec: {
        policy: 'tested',
        service: 'payments/shop',
        owner: 'ann',
        reason: 'migration',
        until: '2026-04-01T00:00:00Z',
        ...spec,
      },
    };
    const evidence = { spec: pipeline([]), where: 'x', checks: {} };
    const found = judge(policy([{ name: 'test' }]), service, evidence, { exceptions: [exception], now: NOW });
    assert.equal(found.verdict, verdict);
    if (verdict === 'Excepted') assert.match(found.message ?? '', /until 2026-04-01.*ann: migration/);
  });
}

const selections: { selects: PipelinePolicy['spec']['selects']; governs: boolean; because: string }[] = [
  { selects: undefined, governs: true, because: 'nothing said is everybody' },
  { selects: { teams: ['payments', 'orders'] }, governs: true, because: 'its team is among them' },
  { selects: { teams: ['orders'] }, governs: false, because: 'its team is not' },
  { selects: { labels: { tier: 'one' } }, governs: true, because: 'the Workload has the label' },
  { selects: { labels: { tier: 'two' } }, governs: false, because: 'it has another value' },
  { selects: { templates: ['node-service'] }, governs: true, because: 'this template made it' },
  { selects: { languages: ['go'] }, governs: false, because: 'it is written in something else' },
  {
    selects: { teams: ['payments'], languages: ['go'] },
    governs: false,
    because: 'all that is said has to fit',
  },
];
for (const { selects, governs, because } of selections) {
  test(`isGoverned() is ${governs} for ${JSON.stringify(selects) ?? 'nothing'}: ${because}`, () => {
    assert.equal(isGoverned(policy([], selects ? { selects } : {}), service), governs);
  });
}

test('languagesOf() tells them by files in the root', () => {
  assert.deepEqual(languagesOf(['package.json', 'go.mod', 'README.md', 'x.csproj']), [
    'node',
    'go',
    'dotnet',
  ]);
});

test('refusalOf() names each policy that is not met, and nothing else refuses', () => {
  const verdicts = [
    { policy: 'a', verdict: 'NotMet', message: 'lacks x' },
    { policy: 'b', verdict: 'Pending' },
    { policy: 'c', verdict: 'Excepted', message: 'until' },
  ] as const;
  assert.equal(refusalOf([...verdicts]), 'policy a: lacks x');
  assert.equal(refusalOf(verdicts.slice(1)), undefined);
});

const promotions: {
  revision: string;
  rollback?: boolean;
  verdict?: 'NotMet' | 'Met' | 'Excepted';
  refused: boolean;
  because: string;
}[] = [
  { revision: 'new', verdict: 'NotMet', refused: true, because: 'the policy came after it was delivered' },
  { revision: 'new', verdict: 'Met', refused: false, because: 'it has what is asked for' },
  { revision: 'new', verdict: 'Excepted', refused: false, because: 'an exception lets it through' },
  { revision: 'new', refused: false, because: 'no policy governs it' },
  { revision: 'old', verdict: 'NotMet', refused: false, because: 'what is known is about another revision' },
  {
    revision: 'new',
    rollback: true,
    verdict: 'NotMet',
    refused: false,
    because: 'a rollback brings back what ran before',
  },
];
for (const { revision, rollback, verdict, refused, because } of promotions) {
  test(`promotionRefusal() ${refused ? 'refuses' : 'lets through'}: ${because}`, () => {
    const policies = verdict ? [{ policy: 'tested', verdict, message: 'lacks a step' }] : [];
    const workload = {
      apiVersion: 'slipway.dev/v1alpha1',
      kind: 'Workload',
      metadata: { name: 'shop' },
      spec: { repository: 'shop' },
      status: { revision: 'new', policies },
    };
    const found = promotionRefusal(workload, { revision, ...(rollback ? { rollback } : {}) });
    assert.equal(found, refused ? 'it is not promoted: policy tested: lacks a step' : undefined);
  });
}
