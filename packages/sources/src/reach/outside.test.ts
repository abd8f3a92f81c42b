import assert from 'node:assert/strict';
import dns from 'node:dns';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { syncBuiltinESMExports } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, mock, test } from 'node:test';
import { resolveChart } from '../chart/fetch-chart.ts';
import { listRemote } from '../git/resolve-revision.ts';
import { type GitServer, startGitServer } from '../git-server.fixture.ts';
import { fetchHttp } from '../http/fetch-http.ts';
import { type Dial, isOwnAddress, outsideAddress } from './outside.ts';

const addresses: { address: string; own: boolean; because: string }[] = [
  { address: '127.0.0.1', own: true, because: 'loopback' },
  { address: '127.8.9.10', own: true, because: 'all of that network is' },
  { address: '0.0.0.0', own: true, because: 'Linux takes it for loopback' },
  { address: '169.254.169.254', own: true, because: 'a cloud’s metadata' },
  { address: '100.100.100.200', own: true, because: 'another cloud’s' },
  { address: 'fd00:ec2::254', own: true, because: 'and over IPv6' },
  { address: '224.0.0.1', own: true, because: 'multicast' },
  { address: '255.255.255.255', own: true, because: 'broadcast' },
  { address: '::1', own: true, because: 'loopback' },
  { address: '::', own: true, because: 'unspecified' },
  { address: 'fe80::1', own: true, because: 'link-local' },
  { address: 'fe80::1%eth0', own: true, because: 'with its zone' },
  { address: '::ffff:127.0.0.1', own: true, because: 'IPv4 within IPv6' },
  { address: '::ffff:7f00:1', own: true, because: 'the same in hex' },
  { address: '64:ff9b::a9fe:a9fe', own: true, because: 'through NAT64' },
  { address: '2002:7f00:1::', own: true, because: 'through 6to4' },
  { address: 'localhost', own: true, because: 'a name is no address' },
  { address: '10.0.0.7', own: false, because: 'a company’s own server' },
  { address: '192.168.1.5', own: false, because: 'a company’s own server' },
  { address: '140.82.121.3', own: false, because: 'the world' },
  { address: '2606:4700::1111', own: false, because: 'the world' },
  { address: '::ffff:10.0.0.7', own: false, because: 'a company’s own server' },
  { address: 'fd12:3456::1', own: false, because: 'a company’s own network' },
];
for (const { address, own, because } of addresses)
  test(`isOwnAddress() of ${address}: ${because}`, () => assert.equal(isOwnAddress(address), own));

let folder: string;
let git: GitServer;
/** Answers, and sends on to the Git server, to itself under another name, or to a token server. */
let web: Server;
let url = '';
let requests = 0;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-outside-'));
  git = await startGitServer();
  await git.commit({ 'a.yaml': 'a: 1\n' });
  web = createServer((request, response) => {
    requests++;
    const path = request.url ?? '';
    if (path === '/answer') return void response.end('answer');
    if (path.startsWith('/v2/'))
      return void response
        .writeHead(401, { 'www-authenticate': `Bearer realm="${git.url}/token",service="x"` })
        .end();
    const location = path.startsWith('/git/')
      ? path.replace('/git/', `${new URL(git.url).origin}/`)
      : undefined;
    response
      .writeHead(302, { location: location ?? `${url.replace('127.0.0.1', 'localhost')}/answer` })
      .end();
  });
  await new Promise<void>(resolve => web.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(web.address() as AddressInfo).port}`;
});
after(async () => {
  web.closeAllConnections();
  web.close();
  await git.stop();
  await rm(folder, { recursive: true, force: true });
});

const refused = { code: 'AddressRefused', message: /is this machine or its own link/ };

test('fetchHttp() dials nothing on this machine, however it is written', async () => {
  const asked = requests;
  const { port } = new URL(url);
  const hosts = [
    '127.0.0.1',
    '2130706433',
    '0x7f.1',
    '[::1]',
    '[::ffff:7f00:1]',
    'localhost',
    '169.254.169.254',
  ];
  for (const host of hosts)
    await assert.rejects(
      fetchHttp(`http://${host}:${port}/answer`, { access: { dial: 'outside' } }),
      refused,
      host,
    );
  assert.equal(requests, asked);
});

test('fetchHttp() dials a server that was named, but not where that sends it', async () => {
  const access = { dial: 'named' as const };
  assert.equal((await fetchHttp(`${url}/answer`, { access })).body.toString(), 'answer');
  await assert.rejects(fetchHttp(`${url}/away`, { access }), refused);
  assert.equal((await fetchHttp(`${url}/away`)).body.toString(), 'answer', 'who runs a command may');
});

test('fetchHttp() connects to no other address than the one it judged', async () => {
  const answers = [
    [{ address: '127.0.0.1', family: 4 }],
    [
      { address: '::1', family: 6 },
      { address: '127.0.0.1', family: 4 },
    ],
  ];
  const lookup = mock.method(
    dns,
    'lookup',
    (_name: string, _options: object, done: (...args: unknown[]) => void) =>
      done(null, answers.shift() ?? []),
  );
  syncBuiltinESMExports();
  try {
    const { port } = new URL(url);
    for (const _ of [1, 2])
      await assert.rejects(
        fetchHttp(`http://rebound.example:${port}/answer`, { access: { dial: 'outside' } }),
        refused,
      );
    assert.equal(lookup.mock.callCount(), 2, 'asked once for each connection');
  } finally {
    lookup.mock.restore();
    syncBuiltinESMExports();
  }
});

const remotes = (dial: Dial | undefined, address: string) =>
  listRemote({ url: address, cacheFolder: folder, ...(dial ? { dial } : {}) });

test('git dials nothing on this machine, and what was named it reaches as before', async () => {
  const asked = git.requests();
  for (const host of ['127.0.0.1', 'localhost', '127.1'])
    await assert.rejects(remotes('outside', git.url.replace('127.0.0.1', host)), refused, host);
  assert.equal(git.requests(), asked);
  const refs = await remotes(undefined, git.url);
  assert.ok(refs.length > 0);
  assert.deepEqual(await remotes('named', git.url), refs);
});

test('git follows no redirect from a server that was named to this machine', async () => {
  const redirecting = `${url}/git/served.git`;
  assert.ok((await remotes(undefined, redirecting)).length > 0);
  const asked = git.requests();
  await assert.rejects(remotes('named', redirecting), refused);
  assert.equal(git.requests(), asked);
});

test('git tells why a server cannot be reached in its own words', async () => {
  const gone = createServer();
  await new Promise<void>(resolve => gone.listen(0, '127.0.0.1', resolve));
  const { port } = gone.address() as AddressInfo;
  await new Promise(resolve => gone.close(resolve));
  await assert.rejects(remotes('named', `http://127.0.0.1:${port}/x.git`), /Connection refused/);
  await assert.rejects(
    remotes('outside', 'http://nowhere.invalid/x.git'),
    /Could not resolve host: nowhere\.invalid/,
  );
});

test('SSH is told the address that was judged', async () => {
  await assert.rejects(outsideAddress('localhost'), refused);
  await assert.rejects(outsideAddress('[::1]'), refused);
  assert.equal(await outsideAddress('192.0.2.1'), '192.0.2.1');
});

test('a registry that was named does not send us to this machine for a token', async () => {
  const asked = git.requests();
  const repository = {
    url: `oci://${new URL(url).host}/acme`,
    access: { dial: 'named' as const, plainHttp: true },
  };
  await assert.rejects(resolveChart({ repository, chart: 'web' }, '^1'), refused);
  assert.equal(git.requests(), asked);
});
