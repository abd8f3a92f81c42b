import assert from 'node:assert/strict';
import * as http from 'node:http';
import * as http2 from 'node:http2';
import * as https from 'node:https';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { silentLog, systemClock } from '@slipway/api';
import { type ClientOptions, WebSocket, WebSocketServer } from 'ws';
import { testCertificates } from '../certificates.fixture.ts';
import { type Gateway, openGateway } from '../listener/gateway.ts';
import type { Choice, Target } from './choice.ts';
import { createProxy } from './proxy.ts';

let gateway: Gateway;
let proxy: ReturnType<typeof createProxy>;
let backend: http.Server;
let backendPort: number;
/** What the next requests get; by path's first part. */
const choices = new Map<string, (tried: readonly string[]) => Choice>();
const { certificates, ca } = await testCertificates();
const closing: (() => void)[] = [];

before(async () => {
  backend = http.createServer(serve);
  const sockets = new WebSocketServer({ server: backend });
  sockets.on('connection', socket => socket.on('message', data => socket.send(`echo ${data}`)));
  backendPort = await listen(backend);
  choices.set('', () => ({ target: targetAt(backendPort) }));
  proxy = createProxy({
    log: silentLog,
    pick: (request, tried) => {
      const first = (request.url ?? '/').split('/')[1] ?? '';
      const choose = choices.get(first) ?? choices.get('');
      if (!choose) throw new Error('no choice');
      if (request.url === '/slowly') return sleep(60).then(() => choose(tried));
      return choose(tried);
    },
  });
  gateway = await openGateway({
    host: '127.0.0.1',
    port: 0,
    certificates,
    clock: systemClock,
    log: silentLog,
  });
  gateway.setRoutes([
    { host: 'a.test', handler: proxy.handler, upgrade: proxy.upgrade, express: proxy.express },
  ]);
});
after(async () => {
  await gateway.close({ graceMs: 0 });
  await proxy.close();
  backend.closeAllConnections();
  backend.close();
  for (const close of closing) close();
});

function targetAt(port: number, extra: Partial<Target> = {}): Target {
  return {
    key: `127.0.0.1:${port}`,
    dial: () =>
      new Promise((resolve, reject) => {
        const socket = connect(port, '127.0.0.1', () => resolve(socket));
        socket.once('error', reject);
      }),
    ...extra,
  };
}

async function listen(server: Server | http.Server): Promise<number> {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/** Requests under way at the backend that only their client ends. */
let waiting = 0;

async function serve(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
  if (request.url === '/events') {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.flushHeaders();
    return;
  }
  if (request.url === '/trailers') {
    response.writeHead(200, { trailer: 'x-sum' });
    response.write('body');
    response.addTrailers({ 'x-sum': '42' });
    response.end();
    return;
  }
  if (request.url === '/cut') {
    response.writeHead(200, { 'content-length': 100 });
    response.write('half');
    setImmediate(() => request.socket.destroy());
    return;
  }
  if (request.url === '/wait' || request.url === '/slowly' || request.url === '/begun') {
    waiting++;
    response.once('close', () => waiting--);
    if (request.url === '/begun') response.write('begun');
    return;
  }
  const body = await textOf(request);
  response.setHeader('connection', 'keep-alive, x-hop');
  response.setHeader('x-hop', 'secret');
  response.end(JSON.stringify({ method: request.method, url: request.url, headers: request.headers, body }));
}

async function textOf(stream: AsyncIterable<unknown>): Promise<string> {
  let text = '';
  for await (const chunk of stream) text += chunk;
  return text;
}

const options = () => ({
  host: '127.0.0.1',
  port: gateway.port,
  servername: 'a.test',
  ca,
  agent: false as const,
});

function request(
  path: string,
  init: { method?: string; headers?: Record<string, string>; body?: string } = {},
) {
  return new Promise<{
    status: number;
    headers: http.IncomingHttpHeaders;
    body: string;
    trailers: NodeJS.Dict<string>;
  }>((resolve, reject) => {
    const sent = https.request(
      { ...options(), path, method: init.method ?? 'GET', headers: { host: 'a.test', ...init.headers } },
      async response => {
        try {
          const body = await textOf(response);
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body,
            trailers: response.trailers,
          });
        } catch (error) {
          reject(error);
        }
      },
    );
    sent.on('error', reject);
    sent.end(init.body);
  });
}

test('proxy carries method, path, body and headers, without what concerns one connection only', async () => {
  const headers = {
    'x-own': '1',
    connection: 'x-drop',
    'x-drop': 'me',
    te: 'trailers',
    'x-forwarded-proto': 'http',
  };
  const answer = await request('/a/b?c=d', { method: 'POST', body: 'payload', headers });
  const seen = JSON.parse(answer.body);
  assert.deepEqual([seen.method, seen.url, seen.body], ['POST', '/a/b?c=d', 'payload']);
  assert.equal(seen.headers['x-own'], '1');
  assert.equal(seen.headers['x-drop'], undefined);
  assert.equal(seen.headers.te, undefined);
  assert.equal(seen.headers['x-forwarded-proto'], 'https');
  assert.equal(seen.headers['x-forwarded-for'], '127.0.0.1');
  assert.match(seen.headers.forwarded, /^for=127\.0\.0\.1;host="a\.test";proto=https$/);
  assert.equal(seen.headers['x-request-id'], answer.headers['x-request-id']);
  assert.equal(answer.headers['x-hop'], undefined);
});

test('proxy works the same over HTTP/2, with its split cookies joined', async () => {
  const session = http2.connect(`https://127.0.0.1:${gateway.port}`, { ca, servername: 'a.test' });
  const stream = session.request({
    ':path': '/two',
    ':method': 'POST',
    ':authority': 'a.test',
    cookie: ['a=1', 'b=2'],
  });
  stream.end('payload');
  const seen = JSON.parse(await textOf(stream.setEncoding('utf8')));
  session.close();
  assert.deepEqual([seen.method, seen.url, seen.body], ['POST', '/two', 'payload']);
  assert.equal(seen.headers.host, 'a.test');
  assert.equal(seen.headers.cookie, 'a=1; b=2');
});

test('proxy sends headers on at once when the body takes its time', async () => {
  const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
    https.get({ ...options(), path: '/events', headers: { host: 'a.test' } }, resolve).on('error', reject);
  });
  assert.equal(response.headers['content-type'], 'text/event-stream');
  response.destroy();
});

test('proxy carries trailers', async () => {
  const answer = await request('/trailers');
  assert.deepEqual([answer.body, answer.trailers['x-sum']], ['body', '42']);
});

test('proxy carries trailers over HTTP/2, and server-sent events as they come', async () => {
  const session = http2.connect(`https://127.0.0.1:${gateway.port}`, { ca, servername: 'a.test' });
  const headers = (path: string) => ({ ':path': path, ':authority': 'a.test' });
  const stream = session.request(headers('/trailers'));
  const trailers = new Promise<http2.IncomingHttpHeaders>(resolve => stream.once('trailers', resolve));
  assert.equal(await textOf(stream.setEncoding('utf8')), 'body');
  assert.equal((await trailers)['x-sum'], '42');
  const events = session.request(headers('/events'));
  const [answer] = await new Promise<[http2.IncomingHttpHeaders]>(resolve =>
    events.once('response', (...all) => resolve(all as unknown as [http2.IncomingHttpHeaders])),
  );
  assert.equal(answer['content-type'], 'text/event-stream', 'before the body, which never comes');
  session.destroy();
});

test('an answer that breaks off is never passed on as whole', async () => {
  await assert.rejects(request('/cut'));
});

const LEAVING = [
  { path: '/slowly', because: 'its target was still being chosen' },
  { path: '/wait', because: 'the backend had not answered yet' },
  { path: '/begun', because: 'the answer was on its way' },
];
const WAYS = {
  'HTTP/1.1': (path: string) => {
    const sent = https.request({ ...options(), path, method: 'POST', headers: { host: 'a.test' } });
    sent.on('error', () => {}).end('body');
    return () => sent.destroy();
  },
  'HTTP/1.1 without a body': (path: string) => {
    const sent = https.get({ ...options(), path, headers: { host: 'a.test' } });
    sent.on('error', () => {});
    return () => sent.destroy();
  },
  'HTTP/2': (path: string) => {
    const session = http2.connect(`https://127.0.0.1:${gateway.port}`, { ca, servername: 'a.test' });
    const stream = session.request({ ':path': path, ':authority': 'a.test' });
    stream.on('error', () => {});
    return () => {
      stream.close(http2.constants.NGHTTP2_CANCEL);
      session.close();
    };
  },
};
for (const [way, send] of Object.entries(WAYS))
  for (const { path, because } of LEAVING)
    test(`a client that goes away ends the request at the backend (${way}): ${because}`, async () => {
      const leave = send(path);
      await sleep(path === '/slowly' ? 30 : 100);
      if (path !== '/slowly') assert.equal(waiting, 1);
      leave();
      await sleep(60);
      while (waiting > 0) await sleep(20);
    });

test('a dead endpoint is skipped for another; with none left the page says why', async () => {
  const dead = await freePort();
  choices.set('skip', tried => ({ target: targetAt(tried.length === 0 ? dead : backendPort) }));
  assert.equal((await request('/skip')).status, 200);
  assert.equal(
    (await request('/skip', { method: 'POST', body: 'x' })).status,
    200,
    'nothing was sent, so any method may',
  );
  choices.set('dead', () => ({ target: targetAt(dead) }));
  const answer = await request('/dead');
  assert.equal(answer.status, 502);
  assert.match(JSON.parse(answer.body).message, new RegExp(`127\\.0\\.0\\.1:${dead} refused`));
  const page = await request('/dead', { headers: { accept: 'text/html' } });
  assert.match(page.body, /<h1>502 Service unreachable/);
});

test('a backend that does not answer in time gives 504', async () => {
  choices.set('late', () => ({ target: targetAt(backendPort, { path: '/wait', totalTimeoutMs: 60 }) }));
  const answer = await request('/late');
  assert.equal(answer.status, 504);
});

test('a kept connection that died meanwhile does not fail a GET', async () => {
  const accepted: { end(): unknown; destroy(): unknown }[] = [];
  let count = 0;
  const flaky = createServer(socket => {
    accepted.push(socket);
    socket.on('error', () => {});
    socket.on('data', () => {
      count++;
      // The second request on a connection meets a closed door.
      if (count === 2) socket.destroy();
      if (count !== 2) socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok');
    });
  });
  closing.push(() => {
    for (const socket of accepted) socket.destroy();
    flaky.close();
  });
  const port = await listen(flaky);
  choices.set('flaky', () => ({ target: targetAt(port) }));
  assert.equal((await request('/flaky')).body, 'ok');
  assert.equal((await request('/flaky')).body, 'ok');
  assert.equal(count, 3);
});

test('WebSockets work, and a backend that refuses gets nothing more of that connection', async () => {
  const socket = new WebSocket(`wss://127.0.0.1:${gateway.port}/chat`, {
    ca,
    servername: 'a.test',
    headers: { host: 'a.test' },
  } as ClientOptions);
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  socket.send('hello');
  const message = await new Promise(resolve => socket.once('message', data => resolve(String(data))));
  assert.equal(message, 'echo hello');
  socket.close();
  const seen: string[] = [];
  const rude = createServer(client => {
    client.on('error', () => {});
    client.on('data', data => {
      seen.push(String(data).split('\r\n')[0] ?? '');
      client.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nno');
    });
  });
  closing.push(() => rude.close());
  const port = await listen(rude);
  choices.set('rude', () => ({ target: targetAt(port) }));
  const raw = (await import('node:tls')).connect({ ...options() });
  const upgrade = 'GET /rude HTTP/1.1\r\nhost: a.test\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n';
  const smuggled = 'GET /smuggled HTTP/1.1\r\nhost: a.test\r\n\r\n';
  raw.write(upgrade + smuggled);
  setTimeout(() => raw.write(smuggled), 50);
  setTimeout(() => raw.end(), 120);
  const text = await textOf(raw);
  assert.match(text, /^HTTP\/1\.1 200/);
  assert.match(text, /connection: close/);
  assert.deepEqual(seen, ['GET /rude HTTP/1.1']);
});

test('large bodies stream both ways without being held', async () => {
  const size = 32 * 1024 * 1024;
  const big = http.createServer((incoming, response) => {
    response.writeHead(200, { 'content-length': size });
    incoming.pipe(response);
  });
  closing.push(() => {
    big.closeAllConnections();
    big.close();
  });
  const port = await listen(big);
  choices.set('big', () => ({ target: targetAt(port) }));
  const received = await new Promise<number>((resolve, reject) => {
    const sent = https.request(
      { ...options(), path: '/big', method: 'POST', headers: { host: 'a.test', 'content-length': size } },
      async response => {
        let bytes = 0;
        for await (const chunk of response) bytes += (chunk as Buffer).length;
        resolve(bytes);
      },
    );
    sent.on('error', reject);
    const chunk = Buffer.alloc(1024 * 1024);
    let left = size / chunk.length;
    const write = () => {
      while (left > 0) {
        left--;
        if (!sent.write(chunk)) return sent.once('drain', write);
      }
      return sent.end();
    };
    write();
  });
  assert.equal(received, size);
});

async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listen(server);
  await new Promise(resolve => server.close(resolve));
  return port;
}
