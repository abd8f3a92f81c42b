import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import { buildServer } from '../src/server.js';

const server = buildServer({ name: 'demo', version: '1.2.3' });
let url;

before(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${server.address().port}`;
});
after(() => server.close());

test('/ answers with name and version', async () => {
  const response = await fetch(`${url}/`);
  assert.equal(response.status, 200);
  assert.match(await response.text(), /^demo 1\.2\.3/);
});

test('/healthz answers that it can work', async () => {
  assert.equal((await fetch(`${url}/healthz`)).status, 200);
});

test('anything else is not found', async () => {
  assert.equal((await fetch(`${url}/nothing`)).status, 404);
});
