import assert from 'node:assert/strict';
import { test } from 'node:test';
import { egressOf, isForbiddenAddress } from './egress.ts';

test('egressOf() needs the word of both the pod and its namespace', () => {
  const allow = { annotations: { 'slipway.dev/egress': 'allow' } };
  const rows = [
    { pod: allow, namespace: allow, allowed: true, because: 'both agree' },
    { pod: allow, namespace: {}, allowed: false, because: 'a team cannot let itself out' },
    { pod: {}, namespace: allow, allowed: false, because: 'each pod says so itself' },
    { pod: allow, namespace: undefined, allowed: false, because: 'nothing known is nothing allowed' },
    {
      pod: { annotations: { 'slipway.dev/egress': 'Allow' } },
      namespace: allow,
      allowed: false,
      because: 'only the exact word',
    },
  ];
  for (const { pod, namespace, allowed, because } of rows)
    assert.equal(egressOf(pod, namespace).allowed, allowed, because);
});

test('isForbiddenAddress() keeps pods from the machine, whatever a name says', () => {
  const rows = [
    { address: '127.0.0.1', forbidden: true, because: 'our own listeners' },
    { address: '127.9.9.9', forbidden: true, because: 'all of loopback' },
    { address: '169.254.169.254', forbidden: true, because: 'cloud metadata' },
    { address: '0.0.0.0', forbidden: true, because: 'means this machine' },
    { address: '::1', forbidden: true, because: 'loopback' },
    { address: '::ffff:127.0.0.1', forbidden: true, because: 'loopback in disguise' },
    { address: 'fe80::1', forbidden: true, because: 'link-local' },
    { address: 'not an address', forbidden: true, because: 'unclear is no' },
    { address: '10.1.2.3', forbidden: false, because: 'an organization’s own network' },
    { address: '93.184.216.34', forbidden: false, because: 'the world' },
  ];
  for (const { address, forbidden, because } of rows)
    assert.equal(isForbiddenAddress(address), forbidden, `${address}: ${because}`);
});
