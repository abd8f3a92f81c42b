import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Component } from '@slipway/kinds';
import { addressesOf, healthOf, troubleOf } from './tool.ts';

const component = (probes: { capability: string; healthy: boolean }[], probed?: string) =>
  ({
    spec: { technology: 'gitea', capabilities: probes.map(each => each.capability) },
    status: { probes, conditions: probed ? [{ type: 'Probed', status: probed }] : [] },
  }) as unknown as Component;

const TABLE = [
  {
    because: 'its own probe answered',
    component: component([{ capability: 'a', healthy: true }], 'False'),
    word: 'Healthy',
  },
  {
    because: 'its own probe did not',
    component: component([{ capability: 'a', healthy: false }], 'True'),
    word: 'Degraded',
  },
  { because: 'it has no probe of its own', component: component([], 'True'), word: 'Healthy' },
  { because: 'nobody asked yet', component: component([]), word: 'Progressing' },
];
for (const { because, component: each, word } of TABLE) {
  test(`healthOf() says ${word}: ${because}`, () => assert.equal(healthOf(each, 'a'), word));
}

test('troubleOf() says what failed first, not what was not asked after it', () => {
  const conditions = [
    { type: 'Synced', status: 'False', message: 'Deployment web: refused' },
    { type: 'Probed', status: 'Unknown', message: '' },
  ];
  const broken = { spec: {}, status: { conditions } } as unknown as Component;
  assert.equal(troubleOf(broken), 'Deployment web: refused');
  assert.equal(troubleOf({ spec: {} } as Component), 'it was not asked yet');
});

const LINK = { title: 'Argo CD', url: 'https://argocd.acme.example' };
const SIGN_IN = `${LINK.url}/auth/login`;
const ADDRESSES = [
  {
    because: 'its page begins a sign-in elsewhere',
    tool: { spec: { links: [{ ...LINK, signIn: SIGN_IN }] }, status: { address: 'https://other.example' } },
    expected: [{ title: 'Argo CD', url: SIGN_IN, isSignIn: true }],
  },
  {
    because: 'it asks nobody',
    tool: { spec: { links: [LINK] } },
    expected: [{ ...LINK, isSignIn: false }],
  },
  {
    because: 'it serves no pages',
    tool: { spec: {}, status: { address: 'https://other.example' } },
    expected: [{ title: 'https://other.example', url: 'https://other.example', isSignIn: false }],
  },
  { because: 'it has no address', tool: { spec: {} }, expected: [] },
];
for (const { because, tool, expected } of ADDRESSES) {
  test(`addressesOf() of a tool: ${because}`, () =>
    assert.deepEqual(addressesOf(tool as unknown as Component), expected));
}
