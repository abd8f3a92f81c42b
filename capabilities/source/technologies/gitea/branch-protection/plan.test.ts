import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ruleFor } from '@slipway/sources';
import { mayForcePush, mayPush, type Protection, protectedFiles } from './plan.ts';

const rule = (name: string, more: Partial<Protection> = {}): Protection => ({
  repository: 'shop',
  rule: name,
  ...more,
});
const ann = { username: 'ann', groups: ['leads'] };

describe('ruleFor()', () => {
  for (const { rules, branch, expected, because } of [
    { rules: ['main'], branch: 'main', expected: 'main', because: 'it is its name' },
    { rules: ['Main'], branch: 'mAIN', expected: 'Main', because: 'names do not regard case' },
    { rules: ['main'], branch: 'maint', expected: undefined, because: 'a name is no beginning' },
    { rules: ['release/*'], branch: 'release/1', expected: 'release/*', because: 'the pattern fits' },
    {
      rules: ['release/*'],
      branch: 'release/1/x',
      expected: undefined,
      because: 'a star stays in its segment',
    },
    { rules: ['release/**'], branch: 'release/1/x', expected: 'release/**', because: 'two stars do not' },
    { rules: ['*', 'main'], branch: 'main', expected: 'main', because: 'plain names come before patterns' },
    { rules: ['{main,dev}'], branch: 'dev', expected: '{main,dev}', because: 'choices are patterns' },
    { rules: ['v[0-9].x'], branch: 'v2.x', expected: 'v[0-9].x', because: 'classes are patterns' },
    { rules: ['v[0'], branch: 'v[0', expected: 'v[0', because: 'what is no pattern stands for itself' },
  ])
    it(`finds ${expected} for "${branch}" among ${rules} because ${because}`, () => {
      assert.equal(
        ruleFor(
          rules.map(name => rule(name)),
          branch,
        )?.rule,
        expected,
      );
    });

  it('takes the lowest priority first', () => {
    const rules = [rule('main', { priority: 2 }), rule('*', { priority: 1 })];
    assert.equal(ruleFor(rules, 'main')?.rule, '*');
  });
});

describe('mayPush() and mayForcePush()', () => {
  for (const { fields, push, force, because } of [
    { fields: {}, push: false, force: false, because: 'nothing is allowed that is not said' },
    { fields: { enablePush: true }, push: true, force: false, because: 'force is a right of its own' },
    { fields: { enableForcePush: true }, push: false, force: false, because: 'force needs push' },
    {
      fields: { enablePush: true, enableForcePush: true },
      push: true,
      force: true,
      because: 'both are allowed',
    },
    {
      fields: { enablePush: true, enablePushWhitelist: true, pushUsers: ['ben'] },
      push: false,
      force: false,
      because: 'only ben is listed',
    },
    {
      fields: { enablePush: true, enablePushWhitelist: true, pushGroups: ['leads'] },
      push: true,
      force: false,
      because: 'a group of hers is listed',
    },
  ] as { fields: Partial<Protection>; push: boolean; force: boolean; because: string }[])
    it(`say ${push} and ${force} because ${because}`, () => {
      assert.equal(mayPush(rule('main', fields), ann), push);
      assert.equal(mayForcePush(rule('main', fields), ann), force);
    });
});

describe('protectedFiles()', () => {
  const files = ['deploy/Prod.yaml', 'src/a.ts', 'package-lock.json'];
  for (const { patterns, expected } of [
    { patterns: '', expected: [] },
    { patterns: 'deploy/**', expected: ['deploy/Prod.yaml'] },
    { patterns: '*.json; src/*.ts', expected: ['src/a.ts', 'package-lock.json'] },
    { patterns: '*', expected: [] },
    { patterns: 'src/[', expected: [] },
  ])
    it(`finds ${expected.length} by ${JSON.stringify(patterns)}`, () => {
      assert.deepEqual(protectedFiles(rule('main', { protectedFilePatterns: patterns }), files), expected);
    });
});
