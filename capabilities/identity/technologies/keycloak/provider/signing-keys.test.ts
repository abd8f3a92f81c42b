import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { type Folder, type KeyProvider, systemClock, systemRandom } from '@slipway/api';
import { openSigningKeys } from './signing-keys.ts';

const DAY_MS = 24 * 3600 * 1000;
const flip = (bytes: Uint8Array) => bytes.map(byte => byte ^ 0x5a);
const keys: KeyProvider = {
  keyId: 'test',
  encrypt: async plain => ({ keyId: 'test', data: flip(plain) }),
  decrypt: async sealed => flip(sealed.data),
  derive: async () => new Uint8Array(32),
};

test('openSigningKeys() rotates after 90 days, and old keys verify for two days more', async t => {
  const path = await mkdtemp(join(tmpdir(), 'slipway-keys-'));
  t.after(() => rm(path, { recursive: true, force: true }));
  const folder: Folder = { path, folder: async () => folder };
  let now = Date.now();
  const open = async () => {
    const clock = { ...systemClock, now: () => now };
    return (await openSigningKeys({ folder, keys, clock, random: systemRandom })).jwks.keys.map(
      key => key.kid,
    );
  };
  const first = await open();
  assert.equal(first.length, 2, 'RS256 and ES256');
  assert.deepEqual(await open(), first, 'they stay');
  assert.equal((await stat(join(path, 'signing-keys.json'))).mode & 0o777, 0o600);
  assert.doesNotMatch(await readFile(join(path, 'signing-keys.json'), 'utf8'), /"d"/);
  now += 91 * DAY_MS;
  const second = await open();
  assert.deepEqual(second.slice(2), first, 'new ones come first');
  assert.notDeepEqual(second.slice(0, 2), first);
  now += 3 * DAY_MS;
  assert.deepEqual(await open(), second.slice(0, 2), 'old ones go');
  await writeFile(join(path, 'signing-keys.json'), '{');
  await assert.rejects(open(), { code: 'SigningKeysUnreadable', message: /signing-keys\.json/ });
});
