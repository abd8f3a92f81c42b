import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { after, before, test } from 'node:test';
import { selfSigned } from '../../../../../test/self-signed.ts';
import type { Listening } from '../listen.ts';
import { echoConnector } from '../node.fixture.ts';
import { startTestServer, type TestServer, TOKEN } from '../server.fixture.ts';

const tls = await selfSigned({ names: ['localhost'], addresses: ['127.0.0.1'] });
const PODS = '/api/v1/namespaces/default/pods';
let running: TestServer;
let listening: Listening;

before(async () => {
  running = await startTestServer();
  running.server.setNodeConnector(echoConnector);
  await create('/api/v1/namespaces', { kind: 'Namespace', metadata: { name: 'default' } });
  const account = { kind: 'ServiceAccount', metadata: { name: 'default' } };
  await create('/api/v1/namespaces/default/serviceaccounts', account);
  const containers = [{ name: 'main', image: 'busybox' }];
  await create(PODS, { kind: 'Pod', metadata: { name: 'web' }, spec: { nodeName: 'here', containers } });
  listening = await running.server.listen({ host: '127.0.0.1', port: 0, ...tls });
});
after(() => running.stop());

async function create(path: string, object: object): Promise<void> {
  const body = JSON.stringify({ apiVersion: 'v1', ...object });
  const answer = await running.send({ method: 'POST', path, body });
  assert.equal(answer.status, 201, answer.body);
}

const ROWS: { path: string; headers: Record<string, string>; message: RegExp; because: string }[] = [
  ...['exec?command=ls&stdout=true', 'attach?stdout=true', 'portforward'].map(path => ({
    path,
    headers: { connection: 'Upgrade', upgrade: 'SPDY/3.1', 'x-stream-protocol-version': 'v4.channel.k8s.io' },
    message: /over WebSockets only, not SPDY\/3\.1: .* kubectl does from 1\.31 on/,
    because: 'old clients know SPDY only, and shall learn what to do',
  })),
  {
    path: 'exec?command=ls',
    headers: {},
    message: /exec needs a WebSocket connection/,
    because: 'nothing can flow over a plain request',
  },
  {
    path: 'exec?command=ls',
    headers: {
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==',
      'sec-websocket-protocol': 'channel.k8s.io',
    },
    message: /the subprotocol must be one of v5\.channel\.k8s\.io/,
    because: 'the oldest protocol cannot tell exit codes',
  },
];

for (const { path, headers, message, because } of ROWS) {
  test(`upgrade() answers a Status to ${headers.upgrade ?? 'no upgrade'} of ${path}: ${because}`, async () => {
    const sent = request(`${listening.url}${PODS}/web/${path}`, {
      method: 'POST',
      ca: tls.cert,
      agent: false,
      headers: { authorization: `Bearer ${TOKEN}`, ...headers },
    }).end();
    const [answer] = (await once(sent, 'response')) as [IncomingMessage];
    const status = JSON.parse(Buffer.concat(await answer.toArray()).toString());
    assert.equal(answer.statusCode, 400, JSON.stringify(status));
    assert.deepEqual([status.kind, status.reason], ['Status', 'BadRequest']);
    assert.match(status.message, message);
  });
}
