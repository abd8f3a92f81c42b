import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { systemClock } from '@slipway/api';
import { selfSigned } from '../../../../test/self-signed.ts';
import { anonymousDoors, type Door, sessionCookie } from './doors.ts';
import { certificateLife, tlsVersions } from './transport.ts';

const signal = new AbortController().signal;
let server: Server;
let door: Door;
let status = 401;
let cookie = '';

before(async () => {
  const { cert, key } = await selfSigned({ names: ['door.test'] });
  server = createServer({ cert, key }, (_request, response) => {
    response.writeHead(status, cookie ? { 'set-cookie': cookie } : {}).end();
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  door = { host: 'door.test', port: (server.address() as AddressInfo).port, ca: cert };
});
after(() => {
  server.closeAllConnections();
  server.close();
});

const answers: { status: number; result: string; because: string }[] = [
  { status: 401, result: 'ok', because: 'it asks who that is' },
  { status: 403, result: 'ok', because: 'it knows strangers and gives them nothing' },
  { status: 404, result: 'ok', because: 'there is nothing' },
  { status: 200, result: 'bad', because: 'it answered' },
  { status: 302, result: 'bad', because: 'that is no refusal' },
  { status: 500, result: 'bad', because: 'it went on, and failed' },
];
for (const row of answers) {
  test(`anonymousDoors() finds ${row.status} ${row.result}: ${row.because}`, async () => {
    status = row.status;
    const doors = { api: door, registry: door, git: door, portal: door, signing: door };
    const seen = await Promise.all(anonymousDoors(doors).map(each => each.look(signal)));
    assert.deepEqual([...new Set(seen.map(({ result }) => result))], [row.result]);
  });
}

const GOOD = '__Host-s=secret; Path=/; Secure; HttpOnly; SameSite=Lax';
const cookies: { cookie: string; result: string; because: string }[] = [
  { cookie: GOOD, result: 'ok', because: 'every flag is there' },
  { cookie: GOOD.replace('__Host-', ''), result: 'bad', because: 'another host could set it' },
  { cookie: GOOD.replace('; Secure', ''), result: 'bad', because: 'it would go over plain HTTP' },
  { cookie: GOOD.replace('; HttpOnly', ''), result: 'bad', because: 'scripts read it' },
  { cookie: GOOD.replace('Lax', 'None'), result: 'bad', because: 'other sites send it' },
  { cookie: '', result: 'bad', because: 'nobody can sign in' },
];
for (const row of cookies) {
  test(`sessionCookie() finds it ${row.result}: ${row.because}`, async () => {
    cookie = row.cookie;
    const seen = await sessionCookie(door).look(signal);
    cookie = '';
    assert.equal(seen.result, row.result);
    assert.doesNotMatch(seen.found, /secret/);
  });
}

test('tlsVersions() names what was agreed to', async () => {
  assert.deepEqual(await tlsVersions('door', door).look(signal), { result: 'ok', found: 'TLSv1.2, TLSv1.3' });
});

test('tlsVersions() finds a listener bad that agrees to an old one', async () => {
  const { cert, key } = await selfSigned({ names: ['door.test'] });
  const old = createServer({ cert, key, minVersion: 'TLSv1', ciphers: 'DEFAULT:@SECLEVEL=0' });
  await new Promise<void>(resolve => old.listen(0, '127.0.0.1', resolve));
  const { port } = old.address() as AddressInfo;
  const seen = await tlsVersions('door', { host: 'door.test', port, ca: cert }).look(signal);
  old.closeAllConnections();
  old.close();
  assert.equal(seen.result, 'bad');
  assert.match(seen.found, /TLSv1\.1/);
});

test('certificateLife() tells how long it is good, and is unsure of none that it does not trust', async () => {
  const seen = await certificateLife('door', door, systemClock).look(signal);
  assert.equal(seen.result, 'warn', 'it is good for a day');
  const later = { ...systemClock, now: () => Date.now() + 3 * 86_400_000 };
  assert.equal((await certificateLife('door', door, later).look(signal)).result, 'bad');
  const other = await selfSigned({ names: ['door.test'] });
  await assert.rejects(certificateLife('door', { ...door, ca: other.cert }, systemClock).look(signal));
});
