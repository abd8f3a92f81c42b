import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Pod } from '@slipway/kinds';
import { createClient } from '../create-client.ts';
import { loadKubeconfig } from './kubeconfig.ts';
import { nodeTransport } from './node-transport.ts';

async function serve(t: TestContext, handler: RequestListener): Promise<number> {
  const server = createServer(handler).listen(0, '127.0.0.1');
  await new Promise(resolve => server.once('listening', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

test('nodeTransport() reaches any name below localhost, with the token of the moment and keep-alive', async t => {
  const seen: (string | undefined)[] = [];
  const sockets = new Set<unknown>();
  const port = await serve(t, (request, response) => {
    seen.push(`${request.headers.host} ${request.headers.authorization} ${request.url}`);
    sockets.add(request.socket);
    response.end('{}');
  });
  let count = 0;
  const transport = nodeTransport({
    url: `http://api.x.localhost:${port}`,
    token: async () => `t${++count}`,
  });
  t.after(() => transport.close());
  await transport.send({ method: 'GET', path: '/api', query: { a: 'b c' } });
  await transport.send({ method: 'GET', path: '/apis' });
  assert.deepEqual(seen, [
    `api.x.localhost:${port} Bearer t1 /api?a=b+c`,
    `api.x.localhost:${port} Bearer t2 /apis`,
  ]);
  assert.equal(sockets.size, 1);
});

test('a watch over a socket gives events as they come and ends quietly when aborted', async t => {
  const port = await serve(t, (_request, response) => {
    response.write('{"type":"ADDED","object":{"metadata":{"name":"ä');
    setImmediate(() => response.write('x"}}}\n'));
  });
  const transport = nodeTransport({ url: `http://localhost:${port}` });
  t.after(() => transport.close());
  const stop = new AbortController();
  const names: (string | undefined)[] = [];
  for await (const event of createClient(transport).watch(Pod, { signal: stop.signal })) {
    names.push(event.object.metadata.name);
    stop.abort();
  }
  assert.deepEqual(names, ['äx']);
});

test('an address where nobody answers is named in the error', async t => {
  const port = await serve(t, () => {});
  const transport = nodeTransport({ url: `http://localhost:${port === 1 ? 2 : 1}` });
  t.after(() => transport.close());
  await assert.rejects(transport.send({ method: 'GET', path: '/' }), {
    code: 'Unreachable',
    message: /no answer from the API server: http:\/\/localhost:/,
  });
});

test('loadKubeconfig() takes the chosen context and says what is missing', async t => {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-kubeconfig-'));
  t.after(() => rm(folder, { recursive: true }));
  const path = join(folder, 'config');
  const user = {
    exec: {
      command: 'sh',
      args: ['-c', `printf '{"status":{"token":"%s"}}' "$NAME"`],
      env: [{ name: 'NAME', value: 'from-plugin' }],
    },
  };
  const config = {
    'current-context': 'one',
    clusters: [{ name: 'c', cluster: { server: 'https://h:1/', 'certificate-authority-data': btoa('PEM') } }],
    users: [
      { name: 'u', user: { token: 't' } },
      { name: 'plugin', user },
    ],
    contexts: [
      { name: 'one', context: { cluster: 'c', user: 'u' } },
      { name: 'two', context: { cluster: 'c', user: 'plugin' } },
      { name: 'bad', context: { cluster: 'none', user: 'u' } },
    ],
  };
  await writeFile(path, JSON.stringify(config));
  assert.deepEqual(await loadKubeconfig(path), { url: 'https://h:1', ca: 'PEM', token: 't' });
  const { token } = await loadKubeconfig(path, { context: 'two' });
  assert.equal(typeof token === 'function' && (await token()), 'from-plugin');
  await assert.rejects(loadKubeconfig(path, { context: 'bad' }), {
    code: 'KubeconfigInvalid',
    message: /cluster "none" has no server/,
  });
  await assert.rejects(loadKubeconfig(path, { context: 'x' }), { message: /context "x" is not in it/ });
});
