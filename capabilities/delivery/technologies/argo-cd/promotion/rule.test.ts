import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Environment } from '@slipway/kinds';
import { ruleOf } from './rule.ts';

function environment(promotion: Environment['spec']['promotion']): Environment {
  const about = { apiVersion: 'slipway.dev/v1alpha1', kind: 'Environment', metadata: { name: 'prod' } };
  return { ...about, spec: { order: 2, ...(promotion ? { promotion } : {}) } };
}
const approval = { approval: { group: 'a', count: 2, selfApproval: true } };

test('ruleOf() collects what a promotion needs', () => {
  const words = [approval, { checks: ['tests', 'sbom', 'tests'] }, { approval: { group: 'b' } }];
  assert.deepEqual(ruleOf(environment({ from: 'dev', requires: words }), false), {
    approvals: [
      { group: 'a', count: 2, selfApproval: true },
      { group: 'b', count: 1, selfApproval: false },
    ],
    checks: ['tests', 'sbom'],
  });
});

test('ruleOf() gives a rollback the same rule unless the environment has one for it', () => {
  const requires = [approval];
  const same = ruleOf(environment({ from: 'dev', requires }), true);
  assert.equal('approvals' in same && same.approvals.length, 1);
  const freed = environment({ from: 'dev', requires, rollback: { requires: [] } });
  assert.deepEqual(ruleOf(freed, true), { approvals: [], checks: [] });
  const forward = ruleOf(freed, false);
  assert.equal('approvals' in forward && forward.approvals.length, 1);
});

const wrong: { word: unknown; problem: RegExp; because: string }[] = [
  {
    word: { checks: ['image-scan'] },
    problem: /"image-scan"; allowed in this version: tests, sbom/,
    because: 'nobody makes it',
  },
  { word: { moon: 'full' }, problem: /found \{"moon":"full"\}/, because: 'the word is unknown' },
  { word: { approval: { group: 'a' }, checks: [] }, problem: /found/, because: 'two words stand in one' },
  { word: {}, problem: /found \{\}/, because: 'there is no word' },
  { word: 'approval', problem: /found "approval"/, because: 'it is text' },
  { word: { approval: { group: '' } }, problem: /allowed: group/, because: 'no group is named' },
  {
    word: { approval: { group: 'a', count: 0 } },
    problem: /count \(1 or more\)/,
    because: 'nobody would decide',
  },
  {
    word: { approval: { group: 'a', cuont: 2 } },
    problem: /cuont/,
    because: 'a misspelt field would be ignored',
  },
];
for (const { word, problem, because } of wrong) {
  test(`ruleOf() refuses ${JSON.stringify(word)}: ${because}`, () => {
    const rule = ruleOf(environment({ from: 'dev', requires: [word] }), false);
    assert.match('problem' in rule ? rule.problem : '', problem);
  });
}
