import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import * as http from 'node:http';
import * as https from 'node:https';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { after, before, test } from 'node:test';
import { connect as connectTls } from 'node:tls';
import { silentLog, systemClock } from '@slipway/api';
import { testCertificates } from '../certificates.fixture.ts';
import { type Gateway, openGateway } from '../listener/gateway.ts';
import type { Target } from '../proxy/choice.ts';
import { createProxy, type Proxy as ReverseProxy } from '../proxy/proxy.ts';
import type { Route } from '../route.ts';

const { certificates, ca } = await testCertificates();
const LARGE = randomBytes(24 << 20);
const closing: (() => void)[] = [];
let gateway: Gateway;
let proxy: ReverseProxy;
let backend: http.Server;
let port: number;
/** Requests that came through each way. */
const ways = { express: 0, usual: 0 };
let waiting = Promise.withResolvers<void>();
let gone = Promise.withResolvers<void>();

before(async () => {
  backend = http.createServer(serve);
  port = await listen(backend);
  const dead = await deadPort();
  proxy = createProxy({
    log: silentLog,
    pick: ({ url }) => ({ target: targetAt(url === '/dead' ? dead : port) }),
  });
  gateway = await openGateway({
    ...{ host: '127.0.0.1', port: 0, certificates, clock: systemClock, log: silentLog },
    limits: { headersTimeoutMs: 300 },
  });
  gateway.setRoutes([routeTo(proxy)]);
});
after(async () => {
  await gateway.close({ graceMs: 0 });
  await proxy.close();
  backend.closeAllConnections();
  backend.close();
  for (const close of closing) close();
});

function routeTo(to: ReverseProxy): Route {
  return {
    host: 'a.test',
    upgrade: to.upgrade,
    handler: (request, response) => {
      ways.usual++;
      return to.handler(request, response);
    },
    express: (request, client) => {
      ways.express++;
      to.express(request, client);
    },
  };
}

function serve(request: http.IncomingMessage, response: http.ServerResponse): void {
  const answers: Record<string, () => unknown> = {
    '/large': () => response.end(LARGE),
    '/events': () => response.write('data: 1\n\n'),
    '/wait': () => {
      waiting.resolve();
      response.once('close', () => gone.resolve());
      setTimeout(() => response.end('late'), 150).unref();
    },
    '/hints': () => {
      response.writeEarlyHints({ link: '</a.css>; rel=preload' });
      response.end('after hints');
    },
    '/cut': () => {
      response.writeHead(200, { 'content-length': 100 });
      response.write('half', () => request.socket.destroy());
    },
  };
  const special = answers[request.url ?? ''];
  if (special) return void special();
  let body = '';
  request.on('data', chunk => {
    body += chunk;
  });
  request.on('end', () => {
    response.setHeader('connection', 'keep-alive, x-hop');
    response.setHeader('x-hop', 'secret');
    const { method, url, headers } = request;
    response.end(JSON.stringify({ method, url, headers, body }));
  });
}

function targetAt(to: number): Target {
  return {
    key: `127.0.0.1:${to}`,
    dial: () =>
      new Promise((resolve, reject) => {
        const socket = connect(to, '127.0.0.1', () => resolve(socket));
        socket.once('error', reject);
      }),
  };
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

async function deadPort(): Promise<number> {
  const server = createServer();
  const found = await listen(server);
  await new Promise(resolve => server.close(resolve));
  return found;
}

interface Answer {
  status: number | undefined;
  headers: http.IncomingHttpHeaders;
  body: Buffer;
}

function keptAgent(): https.Agent {
  const agent = new https.Agent({ keepAlive: true, maxSockets: 1, ca, servername: 'a.test' });
  closing.push(() => agent.destroy());
  return agent;
}

function get(
  agent: https.Agent,
  path: string,
  init: { method?: string; body?: string } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = https.request(
      {
        host: '127.0.0.1',
        port: gateway.port,
        path,
        agent,
        method: init.method ?? 'GET',
        headers: { host: 'a.test' },
      },
      response => {
        const pieces: Buffer[] = [];
        response.on('data', piece => pieces.push(piece)).on('error', reject);
        response.on('end', () =>
          resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(pieces) }),
        );
      },
    );
    sent.on('error', reject);
    sent.end(init.body);
  });
}

/** A client that writes what it likes; `until` waits for text that it has read, or for the end. */
function raw() {
  const socket = connectTls({ host: '127.0.0.1', port: gateway.port, servername: 'a.test', ca });
  closing.push(() => socket.destroy());
  let text = '';
  const ended = new Promise<string>(resolve => socket.once('close', () => resolve(text)));
  socket.on('error', () => {});
  socket.on('data', bytes => {
    text += bytes.toString('latin1');
  });
  const until = async (pattern: RegExp) => {
    while (!pattern.test(text)) {
      if (socket.destroyed) throw new Error(`ended before ${pattern}: ${text}`);
      await new Promise(resolve => socket.once('data', resolve).once('close', resolve));
    }
    return text;
  };
  return { socket, until, ended };
}

async function counted(work: () => Promise<unknown>): Promise<{ express: number; usual: number }> {
  const before = { ...ways };
  await work();
  return { express: ways.express - before.express, usual: ways.usual - before.usual };
}

test('plain requests on a kept connection stay in the lane, and look as they do elsewhere', async () => {
  const agent = keptAgent();
  const used = await counted(async () => {
    const answer = await get(agent, '/first');
    const { headers, url } = JSON.parse(String(answer.body));
    assert.equal(url, '/first');
    assert.equal(headers.host, 'a.test');
    assert.equal(headers['x-forwarded-proto'], 'https');
    assert.equal(headers['x-request-id'], answer.headers['x-request-id']);
    assert.equal(answer.headers['x-hop'], undefined, 'what Connection lists concerns one connection only');
    assert.ok(answer.headers.date);
    assert.equal((await get(agent, '/second')).status, 200);
    const head = await get(agent, '/third', { method: 'HEAD' });
    assert.equal(head.body.length, 0);
    assert.equal((await get(agent, '/fourth')).status, 200);
  });
  assert.deepEqual(used, { express: 4, usual: 0 });
});

test('a request with a body takes its connection to node:http, bytes and all', async () => {
  const agent = keptAgent();
  const used = await counted(async () => {
    await get(agent, '/a');
    const posted = await get(agent, '/b', { method: 'POST', body: 'hello' });
    assert.equal(JSON.parse(String(posted.body)).body, 'hello');
    assert.equal((await get(agent, '/c')).status, 200);
  });
  assert.deepEqual(used, { express: 1, usual: 2 });
});

test('requests that do not wait for their answers are answered in order', async () => {
  const { socket, until } = raw();
  socket.write('GET /wait HTTP/1.1\r\nHost: a.test\r\n\r\n');
  await waiting.promise;
  waiting = Promise.withResolvers();
  socket.write('GET /two HTTP/1.1\r\nHost: a.test\r\n\r\nGET /three HTTP/1.1\r\nHost: a.test\r\n\r\n');
  const text = await until(/"url":"\/three"/);
  assert.match(text, /late[\s\S]*"url":"\/two"[\s\S]*"url":"\/three"/);
});

test('an answer that takes its time comes piece by piece', async () => {
  const { socket, until } = raw();
  socket.write('GET /events HTTP/1.1\r\nHost: a.test\r\n\r\n');
  assert.match(await until(/data: 1/), /transfer-encoding: chunked/);
  socket.destroy();
});

test('a large answer comes whole to a slow reader and leaves its connection usable', async () => {
  const agent = keptAgent();
  const answer = await get(agent, '/large');
  const hash = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
  assert.equal(hash(answer.body), hash(LARGE));
  assert.equal((await get(agent, '/after')).status, 200);
});

test('an answer that breaks off is never passed on as whole', async () => {
  await assert.rejects(get(keptAgent(), '/cut'));
});

test('interim answers are for the full parser, from then on at once', async () => {
  const agent = keptAgent();
  assert.equal(String((await get(agent, '/hints')).body), 'after hints');
  proxy.retain(new Set());
  proxy.retain(new Set([`127.0.0.1:${port}`]));
});

test('a client that goes away ends the request at the backend', async () => {
  gone = Promise.withResolvers();
  const { socket } = raw();
  socket.write('GET /wait HTTP/1.1\r\nHost: a.test\r\n\r\n');
  await waiting.promise;
  socket.destroy();
  await gone.promise;
});

test('an endpoint that refuses gives the page that says so', async () => {
  const agent = keptAgent();
  const answer = await get(agent, '/dead');
  assert.equal(answer.status, 502);
  assert.match(String(answer.body), /refused the connection/);
  assert.equal((await get(agent, '/alive')).status, 200);
});

const smuggled = [
  {
    text: 'GET /x HTTP/1.1\r\nHost: a.test\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    because: 'two framings',
  },
  {
    text: 'GET /x HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n',
    because: 'an unknown coding',
  },
  {
    text: 'GET /x HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n',
    because: 'two codings',
  },
  {
    text: 'GET /x HTTP/1.1\r\nHost: a.test\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab',
    because: 'two lengths',
  },
  { text: 'GET /x HTTP/1.1\r\nHost: a.test\r\nX : 1\r\n\r\n', because: 'space before a colon' },
  {
    text: 'GET /x HTTP/1.1\r\nHost: a.test\r\nX: a\nTransfer-Encoding: chunked\r\n\r\n',
    because: 'a bare line feed',
  },
  { text: 'GET /x\tHTTP/1.1\r\nHost: a.test\r\n\r\n', because: 'a tab in the request line' },
];
for (const { text, because } of smuggled) {
  test(`nothing is smuggled on a kept connection: ${because}`, async () => {
    const { socket, until, ended } = raw();
    socket.write('GET /plain HTTP/1.1\r\nHost: a.test\r\n\r\n');
    await until(/"url":"\/plain"/);
    const used = await counted(async () => {
      socket.write(text);
      assert.match(await ended, /HTTP\/1\.1 (400|501) /);
    });
    assert.equal(used.usual + used.express, 0, 'no backend saw it');
  });
}

test('connections that say nothing, or never finish, are ended', async () => {
  const silent = raw();
  const slow = raw();
  slow.socket.write('GET / HTTP/1.1\r\nHost: a.te');
  await silent.ended;
  assert.match(await slow.ended, /408|^$/);
});

test('routes and endpoints change under load without a request that fails', async () => {
  const other = http.createServer((_request, response) => void response.end('other'));
  const otherPort = await listen(other);
  let to = port;
  const moving = createProxy({ log: silentLog, pick: () => ({ target: targetAt(to) }) });
  closing.push(() => {
    other.closeAllConnections();
    other.close();
    void moving.close();
  });
  gateway.setRoutes([routeTo(moving)]);
  const agents = Array.from({ length: 8 }, keptAgent);
  let isOver = false;
  const clients = agents.map(async agent => {
    let count = 0;
    while (!isOver) {
      assert.equal((await get(agent, '/load')).status, 200);
      count++;
    }
    return count;
  });
  for (let change = 0; change < 20; change++) {
    to = change % 2 === 0 ? otherPort : port;
    gateway.setRoutes([routeTo(moving)]);
    moving.retain(new Set([`127.0.0.1:${to}`]));
    await new Promise(resolve => setTimeout(resolve, 15));
  }
  isOver = true;
  assert.ok((await Promise.all(clients)).every(count => count > 0));
  gateway.setRoutes([routeTo(proxy)]);
});

test('a backend that never answers gives 504, once, and the connection stays usable', async () => {
  let asked = 0;
  const stuck = createServer(socket => socket.on('error', () => {}).on('data', () => asked++));
  const stuckPort = await listen(stuck);
  const late = createProxy({
    log: silentLog,
    responseTimeoutMs: 100,
    pick: ({ url }) => ({ target: targetAt(url === '/stuck' ? stuckPort : port) }),
  });
  closing.push(() => {
    void late.close();
    stuck.close();
  });
  gateway.setRoutes([routeTo(late)]);
  const agent = keptAgent();
  const answer = await get(agent, '/stuck');
  assert.equal(answer.status, 504);
  assert.match(String(answer.body), /did not answer in time/);
  assert.equal(asked, 1, 'what may have been done is not asked for again');
  assert.equal((await get(agent, '/alive')).status, 200);
  gateway.setRoutes([routeTo(proxy)]);
});

test('closing lets a request under way finish and ends what is idle', async () => {
  const own = await openGateway({
    host: '127.0.0.1',
    port: 0,
    certificates,
    clock: systemClock,
    log: silentLog,
  });
  own.setRoutes([routeTo(proxy)]);
  const idle = connectTls({ host: '127.0.0.1', port: own.port, servername: 'a.test', ca });
  const busy = connectTls({ host: '127.0.0.1', port: own.port, servername: 'a.test', ca });
  closing.push(() => idle.destroy());
  await Promise.all(
    [idle, busy].map(socket => new Promise(resolve => socket.once('secureConnect', resolve))),
  );
  let text = '';
  busy.on('data', bytes => {
    text += bytes;
  });
  waiting = Promise.withResolvers();
  busy.write('GET /wait HTTP/1.1\r\nHost: a.test\r\n\r\n');
  await waiting.promise;
  idle.on('error', () => {}).resume();
  await own.close({ graceMs: 5_000 });
  assert.match(text, /late$/);
});
