import assert from 'node:assert/strict';
import { once } from 'node:events';
import * as http from 'node:http';
import * as http2 from 'node:http2';
import * as https from 'node:https';
import { after, before, test } from 'node:test';
import { connect } from 'node:tls';
import { silentLog, systemClock } from '@slipway/api';
import { testCertificates } from '../certificates.fixture.ts';
import { type Gateway, openGateway } from './gateway.ts';

let gateway: Gateway;
const { certificates, ca } = await testCertificates();

before(async () => {
  gateway = await openGateway({
    host: '127.0.0.1',
    port: 0,
    certificates,
    clock: systemClock,
    log: silentLog,
    plain: { port: 0, routes: [{ path: '/ca.crt', handler: (_q, r) => void r.end('CA') }] },
    limits: { headersTimeoutMs: 200, maxHeaderBytes: 4096 },
  });
  gateway.setRoutes([
    { host: 'a.test', handler: (_request, response) => void response.end('exact') },
    { host: '*.test', handler: (_request, response) => void response.end('wild') },
    {
      host: 'bad.test',
      prefersHttp1: true,
      handler: async () => {
        throw new Error('secret-canary');
      },
    },
  ]);
});
after(() => gateway.close({ graceMs: 0 }));

function get(host: string, path = '/', headers: Record<string, string> = {}) {
  return new Promise<{ status: number | undefined; body: string; headers: http.IncomingHttpHeaders }>(
    (resolve, reject) => {
      const options = {
        host: '127.0.0.1',
        port: gateway.port,
        servername: host.split(':')[0],
        ca,
        path,
        agent: false,
      };
      https
        .get({ ...options, headers: { host, ...headers } }, response => {
          let body = '';
          response.on('data', chunk => {
            body += chunk;
          });
          response.on('end', () => resolve({ status: response.statusCode, body, headers: response.headers }));
        })
        .on('error', reject);
    },
  );
}

const rows = [
  { host: 'a.test', status: 200, body: /^exact$/, because: 'an exact host wins over a wildcard' },
  { host: 'A.Test:8443', status: 200, body: /^exact$/, because: 'case and port do not matter' },
  { host: 'x.y.test', status: 200, body: /^wild$/, because: 'a wildcard stands for any number of labels' },
  {
    host: 'test',
    status: 404,
    body: /"test"/,
    because: 'a wildcard does not stand for none, and the page names the host',
  },
  { host: 'other.example', status: 404, body: /"other\.example"/, because: 'unknown hosts are named' },
];
for (const row of rows) {
  test(`gateway answers ${row.status} for ${row.host}: ${row.because}`, async () => {
    const answer = await get(row.host);
    assert.equal(answer.status, row.status);
    assert.match(answer.body.replaceAll('\\"', '"'), row.body);
  });
}

test('gateway answers HTTP/2 too', async () => {
  const session = http2.connect(`https://127.0.0.1:${gateway.port}`, { ca, servername: 'a.test' });
  const stream = session.request({ ':path': '/', ':authority': `a.test:${gateway.port}` });
  let body = '';
  for await (const chunk of stream.setEncoding('utf8')) body += chunk;
  session.close();
  assert.equal(body, 'exact');
});

test('gateway chooses the protocol by server name', async () => {
  const agreed = async (servername: string, ALPNProtocols: string[]) => {
    const socket = connect({ host: '127.0.0.1', port: gateway.port, servername, ca, ALPNProtocols });
    try {
      await once(socket, 'secureConnect');
      return socket.alpnProtocol;
    } finally {
      socket.destroy();
    }
  };
  assert.equal(await agreed('a.test', ['h2', 'http/1.1']), 'h2');
  assert.equal(await agreed('a.test', ['http/1.1']), 'http/1.1');
  assert.equal(await agreed('bad.test', ['h2', 'http/1.1']), 'http/1.1');
  assert.equal(await agreed('bad.test', ['h2']), 'h2');
});

test('gateway hides what a handler threw, naming only the request id', async () => {
  const answer = await get('bad.test', '/', { 'x-request-id': 'abc-1' });
  assert.equal(answer.status, 500);
  assert.match(answer.body, /abc-1/);
  assert.doesNotMatch(answer.body, /canary/);
});

test('gateway sends pages to browsers as HTML that runs nothing', async () => {
  const answer = await get('<b>.example', '/', { accept: 'text/html' }).catch(() =>
    get('none.example', '/', { accept: 'text/html' }),
  );
  assert.match(String(answer.headers['content-type']), /text\/html/);
  assert.match(String(answer.headers['content-security-policy']), /default-src 'none'/);
});

test('gateway refuses connections for names without a certificate', async () => {
  await assert.rejects(get('nocert.invalid'));
});

test('gateway takes an address for no server name', async () => {
  // Some clients send one all the same; Node does when it is told to.
  const options = { host: '127.0.0.1', port: gateway.port, servername: '127.0.0.1', ca };
  const socket = connect({ ...options, checkServerIdentity: () => undefined });
  await new Promise((resolve, reject) => socket.once('secureConnect', resolve).once('error', reject));
  socket.destroy();
});

test('gateway ends connections whose headers never end', async () => {
  const socket = connect({ host: '127.0.0.1', port: gateway.port, servername: 'a.test', ca });
  socket.write('GET / HTTP/1.1\r\nhost: a.test\r\nx-slow: ');
  let answer = '';
  for await (const chunk of socket) answer += chunk;
  assert.match(answer, /^HTTP\/1\.1 408/);
});

test('gateway refuses headers that are too large', async () => {
  const answer = await get('a.test', '/', { 'x-large': 'x'.repeat(8000) });
  assert.equal(answer.status, 431);
});

test('gateway lets a request under way finish while routes change and it closes', async () => {
  const own = await openGateway({
    host: '127.0.0.1',
    port: 0,
    certificates,
    clock: systemClock,
    log: silentLog,
  });
  const started = Promise.withResolvers<void>();
  const finish = Promise.withResolvers<void>();
  own.setRoutes([
    {
      host: 'a.test',
      handler: async (_request, response) => {
        response.write('first ');
        started.resolve();
        await finish.promise;
        response.end('second');
      },
    },
  ]);
  const agent = new https.Agent({ keepAlive: true });
  const answer = new Promise<string>((resolve, reject) => {
    const options = {
      host: '127.0.0.1',
      port: own.port,
      servername: 'a.test',
      ca,
      agent,
      headers: { host: 'a.test' },
    };
    https.get(options, async response => resolve(await textOf(response))).on('error', reject);
  });
  await started.promise;
  own.setRoutes([]);
  const closed = own.close({ graceMs: 60_000 });
  finish.resolve();
  assert.equal(await answer, 'first second');
  await closed;
  agent.destroy();
});

test('plain listener only redirects, and serves its own paths', async () => {
  const plain = (path: string) =>
    new Promise<http.IncomingMessage>(resolve => {
      const headers = { host: 'a.test:80', connection: 'close' };
      http.get({ host: '127.0.0.1', port: gateway.plainPort, path, headers }, resolve);
    });
  const redirect = await plain('/x?y=1');
  assert.equal(redirect.statusCode, 308);
  assert.equal(redirect.headers.location, `https://a.test:${gateway.port}/x?y=1`);
  redirect.resume();
  assert.equal(await textOf(await plain('/ca.crt')), 'CA');
});

test('openGateway() names the port that is in use', async () => {
  const options = { host: '127.0.0.1', port: gateway.port, certificates, clock: systemClock, log: silentLog };
  await assert.rejects(openGateway(options), {
    code: 'PortInUse',
    message: new RegExp(String(gateway.port)),
  });
});

async function textOf(stream: AsyncIterable<unknown>): Promise<string> {
  let text = '';
  for await (const chunk of stream) text += chunk;
  return text;
}
