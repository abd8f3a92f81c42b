import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { systemClock } from '@slipway/api';
import { authorityIn, temporaryFolder } from '../technologies/cert-manager/testing/authority.fixture.ts';

const DAY_MS = 24 * 3600 * 1000;

test('openAuthority() makes one authority, keeps it, and hides its key', async t => {
  const folder = await temporaryFolder();
  t.after(() => folder.remove());
  const first = await authorityIn(folder);
  const again = await authorityIn(folder);
  assert.equal(first.caPem, again.caPem);
  const file = join(folder.path, 'authority.json');
  assert.equal((await stat(file)).mode & 0o777, 0o600);
  assert.doesNotMatch(await readFile(file, 'utf8'), /PRIVATE KEY/);
});

test('issue() answers equal requests with one leaf until two thirds of its life', async t => {
  const folder = await temporaryFolder();
  t.after(() => folder.remove());
  let now = Date.now();
  const authority = await authorityIn(folder, { ...systemClock, now: () => now });
  const request = { names: ['a.example'], addresses: ['127.0.0.1'], ttlMs: 90 * DAY_MS };
  const first = await authority.issue(request);
  now += 59 * DAY_MS;
  assert.equal(await authority.issue(request), first);
  now += 2 * DAY_MS;
  const second = await authority.issue(request);
  assert.notEqual(second.cert, first.cert);
  assert.ok(new X509Certificate(second.cert).verify(new X509Certificate(authority.caPem).publicKey));
});

test('the authority renews itself with its key, and old leaves stay valid under the new root', async t => {
  const folder = await temporaryFolder();
  t.after(() => folder.remove());
  let now = Date.now();
  const clock = { ...systemClock, now: () => now };
  const authority = await authorityIn(folder, clock);
  const old = authority.caPem;
  const leaf = await authority.issue({ names: ['a.example'], ttlMs: 90 * DAY_MS });
  now += 2500 * DAY_MS;
  await authority.issue({ names: ['b.example'], ttlMs: DAY_MS });
  const roots = authority.caPem.match(/-----BEGIN[\s\S]*?END CERTIFICATE-----/g) ?? [];
  assert.equal(roots.length, 2, 'the new root, and the old one while it is valid');
  assert.ok(authority.caPem.includes(old));
  assert.ok(new X509Certificate(leaf.cert).verify(new X509Certificate(roots[0] ?? '').publicKey));
  assert.equal((await authorityIn(folder, clock)).caPem, authority.caPem);
});

test('a damaged authority is an error that says what to do, never replaced', async t => {
  const folder = await temporaryFolder();
  t.after(() => folder.remove());
  await authorityIn(folder);
  const file = join(folder.path, 'authority.json');
  await writeFile(file, '{');
  await assert.rejects(authorityIn(folder), {
    code: 'AuthorityUnreadable',
    message: /authority\.json.*restore/,
  });
  assert.equal(await readFile(file, 'utf8'), '{');
});
