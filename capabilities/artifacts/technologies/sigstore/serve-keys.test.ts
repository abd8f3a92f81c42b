import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { type PlatformKey, platformKey } from '../../signing/platform-key.ts';
import { wordKeys } from '../../signing/signing.fixture.ts';
import { serveKeys } from './serve-keys.ts';

let url: string;
let keys: PlatformKey[];
const server = createServer((request, response) => void serveKeys(async () => keys)(request, response));

before(async () => {
  keys = await Promise.all(['second', 'first'].map(name => platformKey(wordKeys('platform'), name)));
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
after(() => server.close());

const rows: { path: string; status: number; body: () => string; because: string }[] = [
  { path: '/cosign.pub', status: 200, body: () => keys[0]?.pem ?? '', because: 'the newest signs' },
  { path: '/keys/first.pub', status: 200, body: () => keys[1]?.pem ?? '', because: 'old ones verify' },
  { path: '/keys/third.pub', status: 404, body: () => 'no such key', because: 'there are two' },
  { path: '/keys/../keys', status: 200, body: () => '"name":"second"', because: 'clients tidy paths' },
  { path: '/', status: 404, body: () => '/cosign.pub, /keys', because: 'it says what is served' },
];
for (const { path, status, body, because } of rows) {
  test(`serveKeys() answers ${path} with ${status}: ${because}`, async () => {
    const answer = await fetch(`${url}${path}`);
    assert.equal(answer.status, status);
    assert.ok((await answer.text()).includes(body()));
  });
}

test('serveKeys() tells nothing that is secret, and takes no writes', async () => {
  const text = await (await fetch(`${url}/keys`)).text();
  assert.doesNotMatch(text, /PRIVATE/);
  const { keys: listed } = JSON.parse(text) as { keys: { keyId: string }[] };
  assert.deepEqual(
    listed.map(({ keyId }) => keyId),
    keys.map(({ id }) => id),
  );
  assert.equal((await fetch(`${url}/keys`, { method: 'POST' })).status, 405);
  assert.equal(await (await fetch(`${url}/cosign.pub`, { method: 'HEAD' })).text(), '');
});

test('serveKeys() has no key to give while there is none', async () => {
  const all = keys;
  keys = [];
  const answer = await fetch(`${url}/cosign.pub`);
  keys = all;
  assert.equal(answer.status, 404);
});
