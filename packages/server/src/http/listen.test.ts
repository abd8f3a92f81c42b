import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import { connect } from 'node:http2';
import { type RequestOptions, request } from 'node:https';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { StatusError } from '@slipway/api';
import { selfSigned, testAuthority } from '../../../../test/self-signed.ts';
import type { Listening } from './listen.ts';
import { startTestServer, type TestServer, TOKEN } from './server.fixture.ts';

const tls = await selfSigned({ names: ['localhost'], addresses: ['127.0.0.1'] });
const clientCa = await testAuthority('test-client-ca');
const ann = await selfSigned({
  names: [],
  ca: clientCa,
  clientName: 'ann',
  organizations: ['system:masters'],
});
const CONFIG_MAPS = '/api/v1/namespaces/default/configmaps';

let running: TestServer;
let listening: Listening;

before(async () => {
  running = await startTestServer();
  const body = JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default' } });
  await running.send({ method: 'POST', path: '/api/v1/namespaces', body });
  const options = {
    host: '127.0.0.1',
    port: 0,
    ...tls,
    clientCa: clientCa.cert,
  };
  listening = await running.server.listen(options);
});
after(() => running.stop());

interface Reply {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: Buffer;
}

function ask(path: string, options: RequestOptions & { body?: string } = {}): Promise<Reply> {
  const { body, ...rest } = options;
  return new Promise((resolve, reject) => {
    const sent = request(`${listening.url}${path}`, { ca: tls.cert, agent: false, ...rest }, answer => {
      const chunks: Buffer[] = [];
      answer.on('data', chunk => chunks.push(chunk));
      answer.on('end', () =>
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(chunks) }),
      );
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

const authorization = `Bearer ${TOKEN}`;

test('a listener believes its tokens and nobody else', async () => {
  assert.equal((await ask(CONFIG_MAPS, { headers: { authorization } })).status, 200);
  assert.equal((await ask(CONFIG_MAPS, { headers: { authorization: 'Bearer wrong' } })).status, 401);
  assert.equal((await ask(CONFIG_MAPS)).status, 403, 'nobody is system:anonymous, who may not list');
});

test('a client certificate of the named CA is its user and groups', async () => {
  const answer = await ask(CONFIG_MAPS, ann);
  assert.equal(answer.status, 200);
  const stranger = await ask(CONFIG_MAPS, tls);
  assert.equal(stranger.status, 403, 'a certificate of another CA is nobody');
});

test('impersonation acts with the rights of the other', async () => {
  const headers = { authorization, 'impersonate-user': 'nobody-special' };
  const refused = await ask(CONFIG_MAPS, { headers });
  assert.equal(refused.status, 403);
  assert.match(refused.body.toString(), /User \\"nobody-special\\" cannot list resource/);
  const denied = await running.server.audit.search({ outcome: 'denied', actor: 'nobody-special' });
  assert.equal(denied[0]?.resource, 'configmaps', 'what was refused is in the audit');
});

test('a body over 3 MiB is refused', async () => {
  const body = JSON.stringify({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'big' },
    data: { x: 'x'.repeat(3 * 1024 * 1024) },
  });
  const answer = await ask(CONFIG_MAPS, { method: 'POST', headers: { authorization }, body });
  assert.equal(answer.status, 413);
});

test('large lists are packed for those who can unpack', async () => {
  const filler = 'abc '.repeat(20_000);
  for (const name of ['l1', 'l2', 'l3']) {
    const body = JSON.stringify({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name },
      data: { filler },
    });
    await ask(CONFIG_MAPS, { method: 'POST', headers: { authorization }, body });
  }
  const packed = await ask(CONFIG_MAPS, { headers: { authorization, 'accept-encoding': 'gzip' } });
  assert.equal(packed.headers['content-encoding'], 'gzip');
  const plain = await ask(CONFIG_MAPS, { headers: { authorization } });
  assert.equal(plain.headers['content-encoding'], undefined);
  assert.deepEqual(JSON.parse(gunzipSync(packed.body).toString()), JSON.parse(plain.body.toString()));
});

test('what has not changed is answered with 304 and no content type', async () => {
  const accept = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
  const first = await ask('/apis', { headers: { authorization, accept } });
  const etag = String(first.headers.etag);
  const second = await ask('/apis', { headers: { authorization, accept, 'if-none-match': etag } });
  assert.equal(second.status, 304);
  assert.equal(second.headers['content-type'], undefined);
});

test('health is open to everybody once roles are there, and the version says what it is', async () => {
  const health = await ask('/readyz', { headers: { authorization } });
  assert.equal(health.body.toString(), 'ok');
  const version = JSON.parse((await ask('/version', { headers: { authorization } })).body.toString());
  assert.equal(version.major, '1');
});

test('one HTTP/2 connection carries many watches and requests beside them', async () => {
  const session = connect(listening.url, { ca: tls.cert });
  try {
    const open = (headers: OutgoingHttpHeaders) => session.request({ authorization, ...headers });
    const watches = Array.from({ length: 150 }, () =>
      open({ ':path': `${CONFIG_MAPS}?watch=1&fieldSelector=metadata.name=h2&resourceVersion=1` }),
    );
    const lines = watches.map(input => once(createInterface({ input }), 'line'));
    const seen = Promise.all(lines.map(line => line.then(([text]) => JSON.parse(text))));
    await Promise.all(watches.map(watch => once(watch, 'response')));
    const body = JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'h2' } });
    const created = open({ ':method': 'POST', ':path': CONFIG_MAPS, 'content-type': 'application/json' });
    created.end(body);
    const [headers] = await once(created, 'response');
    assert.equal(headers[':status'], 201);
    for (const { type, object } of await seen) assert.equal(`${type} ${object.metadata.name}`, 'ADDED h2');
    for (const watch of watches) watch.close();
    const list = open({ ':path': CONFIG_MAPS, 'impersonate-user': 'bob', 'impersonate-group': ['a,b', 'c'] });
    const [refused] = await once(list, 'response');
    assert.equal(refused[':status'], 403, 'bob may do nothing');
  } finally {
    session.destroy();
  }
});

test('a watch ends for who is put out while it is open, and goes on for others', async () => {
  const refused = new Set<string>();
  const jwt = (exp: number) => `x.${Buffer.from(JSON.stringify({ exp })).toString('base64url')}.x`;
  const old = jwt(1);
  const remove = running.server.addAuthenticator({
    authenticate: async ({ bearer = '' }) => {
      if (refused.has(bearer)) throw new StatusError('Unauthorized', 'gone');
      if (!['kept', 'ended', old].includes(bearer)) return undefined;
      return { username: bearer, groups: ['system:masters'] };
    },
    isOut: ({ username }) => username === old && refused.has('person'),
  });
  const watch = async (bearer: string) => {
    const path = `${CONFIG_MAPS}?watch=true&timeoutSeconds=60`;
    const sent = request(`${listening.url}${path}`, {
      ca: tls.cert,
      agent: false,
      headers: { authorization: `Bearer ${bearer}` },
    });
    sent.end();
    const [answer] = (await once(sent, 'response')) as [IncomingMessage];
    assert.equal(answer.statusCode, 200);
    const ended = answer.toArray().then(chunks => Buffer.concat(chunks as Buffer[]).toString());
    return { ended, stop: () => answer.destroy() };
  };
  const [kept, ended, aged] = await Promise.all([watch('kept'), watch('ended'), watch(old)]);
  kept.ended.catch(() => {});
  const isOver = (watching: { ended: Promise<string> }) =>
    Promise.race([watching.ended.then(() => true), Promise.resolve(false)]);
  refused.add('ended');
  refused.add(old);
  assert.match(await ended.ended, /"type":"ERROR".*"reason":"Unauthorized"/);
  assert.deepEqual(await Promise.all([isOver(kept), isOver(aged)]), [false, false], 'old is not put out');
  refused.add('person');
  assert.match(await aged.ended, /"reason":"Unauthorized"/);
  assert.equal(await isOver(kept), false);
  kept.stop();
  remove();
});
