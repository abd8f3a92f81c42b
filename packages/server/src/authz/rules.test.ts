import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PolicyRule } from '@slipway/kinds';
import type { Attributes } from '../http/seams.ts';
import { ruleAllows, ruleText, uncovered } from './rules.ts';

const get = (more: Partial<Attributes> = {}): Attributes => ({
  verb: 'get',
  group: '',
  version: 'v1',
  resource: 'pods',
  ...more,
});
const pods = (more: Partial<PolicyRule> = {}): PolicyRule => ({
  verbs: ['get'],
  apiGroups: [''],
  resources: ['pods'],
  ...more,
});

const rows: { rule: PolicyRule; attributes: Attributes; allows: boolean; because: string }[] = [
  { rule: pods(), attributes: get(), allows: true, because: 'verb, group and resource are listed' },
  { rule: pods(), attributes: get({ verb: 'list' }), allows: false, because: 'another verb' },
  {
    rule: pods({ verbs: ['*'] }),
    attributes: get({ verb: 'x' }),
    allows: true,
    because: 'a star is every verb',
  },
  { rule: pods({ apiGroups: ['apps'] }), attributes: get(), allows: false, because: 'another group' },
  {
    rule: pods(),
    attributes: get({ subresource: 'log' }),
    allows: false,
    because: 'a subresource is not its resource',
  },
  {
    rule: pods({ resources: ['pods/log'] }),
    attributes: get({ subresource: 'log' }),
    allows: true,
    because: 'the subresource is named',
  },
  {
    rule: pods({ resources: ['pods/log'] }),
    attributes: get(),
    allows: false,
    because: 'only the subresource is named',
  },
  {
    rule: pods({ resources: ['*/log'] }),
    attributes: get({ subresource: 'log' }),
    allows: true,
    because: 'a star stands for every parent',
  },
  {
    rule: pods({ resources: ['*/log'] }),
    attributes: get(),
    allows: false,
    because: 'the parent itself is not meant',
  },
  {
    rule: pods({ resources: ['*'] }),
    attributes: get({ subresource: 'exec' }),
    allows: true,
    because: 'a star is everything, subresources too',
  },
  {
    rule: pods({ resources: ['pods/*'] }),
    attributes: get({ subresource: 'log' }),
    allows: false,
    because: 'upstream knows no star after the slash',
  },
  {
    rule: pods({ resourceNames: ['a'] }),
    attributes: get({ name: 'a' }),
    allows: true,
    because: 'the name is listed',
  },
  {
    rule: pods({ resourceNames: ['a'] }),
    attributes: get({ name: 'b' }),
    allows: false,
    because: 'another name',
  },
  {
    rule: pods({ resourceNames: ['a'] }),
    attributes: get({ verb: 'get' }),
    allows: false,
    because: 'a request without a name matches no listed one',
  },
  {
    rule: { verbs: ['get'], nonResourceURLs: ['/healthz'] },
    attributes: get({ nonResourcePath: '/healthz' }),
    allows: true,
    because: 'the path is listed',
  },
  {
    rule: { verbs: ['get'], nonResourceURLs: ['/apis/*'] },
    attributes: get({ nonResourcePath: '/apis/apps' }),
    allows: true,
    because: 'a star at the end is a prefix',
  },
  {
    rule: { verbs: ['get'], nonResourceURLs: ['/apis/*'] },
    attributes: get({ nonResourcePath: '/api' }),
    allows: false,
    because: 'the prefix does not match',
  },
  {
    rule: pods({ resources: ['*'], apiGroups: ['*'], verbs: ['*'] }),
    attributes: get({ nonResourcePath: '/metrics' }),
    allows: false,
    because: 'resource rules say nothing of paths',
  },
];

for (const { rule, attributes, allows, because } of rows) {
  test(`ruleAllows() is ${allows} because ${because}`, () =>
    assert.equal(ruleAllows(rule, attributes), allows));
}

const grants: { held: PolicyRule[]; wanted: PolicyRule; missing: number; because: string }[] = [
  { held: [pods()], wanted: pods(), missing: 0, because: 'the same rule is held' },
  { held: [pods()], wanted: pods({ verbs: ['get', 'list'] }), missing: 1, because: 'one verb is not held' },
  {
    held: [pods(), pods({ verbs: ['list'] })],
    wanted: pods({ verbs: ['get', 'list'] }),
    missing: 0,
    because: 'two rules together cover one',
  },
  {
    held: [pods({ resourceNames: ['a'] })],
    wanted: pods(),
    missing: 1,
    because: 'a right on one name is none on all',
  },
  {
    held: [pods()],
    wanted: pods({ resourceNames: ['a'] }),
    missing: 0,
    because: 'a right on all is one on each name',
  },
  {
    held: [pods({ resources: ['*'] })],
    wanted: pods({ resources: ['pods/exec'] }),
    missing: 0,
    because: 'a star covers subresources',
  },
  {
    held: [pods()],
    wanted: pods({ resources: ['*'] }),
    missing: 1,
    because: 'a star is more than one resource',
  },
  {
    held: [{ verbs: ['get'], nonResourceURLs: ['/a/*'] }],
    wanted: { verbs: ['get'], nonResourceURLs: ['/a/b'] },
    missing: 0,
    because: 'the path is below the held prefix',
  },
];

for (const { held, wanted, missing, because } of grants) {
  test(`uncovered() finds ${missing} because ${because}`, () =>
    assert.equal(uncovered(held, [wanted]).length, missing));
}

test('ruleText() prints a rule as upstream does in a refusal', () => {
  assert.equal(
    ruleText(pods({ resourceNames: ['a'] })),
    '{APIGroups:[""], Resources:["pods"], ResourceNames:["a"], Verbs:["get"]}',
  );
});
