import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { selfSigned, testAuthority } from '../../../../test/self-signed.ts';
import { chartCache, sha256 } from './chart-cache.ts';
import { type ChartServer, startChartServer } from './chart-server.fixture.ts';
import { fetchChart, resolveChart } from './fetch-chart.ts';

let folder: string;
let server: ChartServer;
let other: ChartServer;
const archive = Buffer.from('a packed chart');

const index = (entries: Record<string, object[]>) => JSON.stringify({ apiVersion: 'v1', entries });

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-charts-'));
  server = await startChartServer({ password: 's3cret-word' });
  other = await startChartServer();
  server.files.set('/stable/charts/web-1.2.3.tgz', archive);
  other.files.set('/web-2.0.0.tgz', archive);
  server.files.set(
    '/stable/index.yaml',
    index({
      web: [
        { version: '1.2.3', urls: ['charts/web-1.2.3.tgz'], digest: sha256(archive) },
        { version: '2.0.0', urls: [`${other.url}/web-2.0.0.tgz`] },
        { version: '2.1.0-rc.1', urls: ['charts/none.tgz'] },
        { version: '1.9.0', urls: ['charts/web-1.2.3.tgz'], digest: sha256('something else') },
        { version: 'nonsense', urls: ['charts/none.tgz'] },
        { version: '0.1.0', urls: [] },
      ],
    }),
  );
});
after(async () => {
  server.stop();
  other.stop();
  await rm(folder, { recursive: true, force: true });
});

const repository = (extra: object = {}) => ({
  url: `${server.url}/stable`,
  access: { username: 'ann', password: 's3cret-word', ca: server.ca, ...extra },
});
const web = (extra: object = {}) => ({ repository: repository(extra), chart: 'web' });
const cacheAt = (name: string) => chartCache(join(folder, name));

const ranges: { wanted: string; version: string; because: string }[] = [
  { wanted: '1.2.3', version: '1.2.3', because: 'a version is itself' },
  { wanted: '7.7.7', version: '7.7.7', because: 'a version is believed before it is fetched' },
  { wanted: '*', version: '2.0.0', because: 'pre-releases are not meant' },
  { wanted: '1.x', version: '1.9.0', because: 'the newest of a range' },
  { wanted: '>=2.0.0-0', version: '2.1.0-rc.1', because: 'a range that names pre-releases takes them' },
  { wanted: 'nonsense', version: 'nonsense', because: 'a name that is in the index' },
];
for (const { wanted, version, because } of ranges) {
  test(`resolveChart() takes ${version} for ${wanted}: ${because}`, async () => {
    assert.equal(await resolveChart(web(), wanted), version);
  });
}

test('fetchChart() follows a relative address, checks the index’s digest, and asks nobody a second time', async () => {
  const cache = cacheAt('relative');
  const found = await fetchChart(web(), '1.2.3', { cache });
  assert.deepEqual(found, { version: '1.2.3', digest: sha256(archive), bytes: archive });
  const before = server.requests.length;
  assert.deepEqual((await fetchChart(web(), '1.2.3', { cache })).bytes, archive);
  assert.equal(server.requests.length, before);
  await fetchChart(web(), '1.2.3', { cache, fresh: true });
  assert.notEqual(server.requests.length, before);
});

test('fetchChart() notices a cache entry that is no longer what it was', async () => {
  const cache = cacheAt('corrupt');
  await fetchChart(web(), '1.2.3', { cache });
  const [name = ''] = await readdir(join(folder, 'corrupt', 'sha256'));
  await writeFile(join(folder, 'corrupt', 'sha256', name), 'rotten');
  assert.deepEqual((await fetchChart(web(), '1.2.3', { cache })).bytes, archive);
});

test('fetchChart() gives credentials to the repository’s own host only, unless passCredentials is set', async () => {
  await fetchChart(web({ insecure: true }), '2.0.0', { cache: cacheAt('same-host') });
  assert.match(other.requests.at(-1) ?? '', /^\/web-2\.0\.0\.tgz nobody$/);
  const passing = { repository: { ...repository({ insecure: true }), passCredentials: true }, chart: 'web' };
  await fetchChart(passing, '2.0.0', { cache: cacheAt('passed') });
  assert.match(other.requests.at(-1) ?? '', /Basic/);
});

test('fetchChart() keeps credentials from whom a server redirects to', async () => {
  other.files.set('/moved.tgz', archive);
  server.files.set('/moved/web.tgz', { redirect: `${other.url}/moved.tgz` });
  server.files.set('/moved/index.yaml', index({ web: [{ version: '1.0.0', urls: ['web.tgz'] }] }));
  const moved = { url: `${server.url}/moved`, access: repository({ insecure: true }).access };
  await fetchChart({ repository: moved, chart: 'web' }, '1.0.0', { cache: cacheAt('moved') });
  assert.match(other.requests.at(-1) ?? '', /^\/moved\.tgz nobody$/);
});

test('fetchChart() presents a client certificate', async () => {
  const authority = await testAuthority('clients');
  const mutual = await startChartServer({ clientCa: authority.cert });
  try {
    mutual.files.set('/index.yaml', index({ web: [{ version: '1.0.0', urls: ['web.tgz'] }] }));
    mutual.files.set('/web.tgz', archive);
    const client = await selfSigned({ names: [], clientName: 'ann', ca: authority });
    const access = { ca: mutual.ca, cert: client.cert, key: client.key };
    const wanted = { repository: { url: mutual.url, access }, chart: 'web' };
    await fetchChart(wanted, '1.0.0', { cache: cacheAt('mutual') });
    assert.match(mutual.requests.at(-1) ?? '', / ann$/);
    const without = { repository: { url: mutual.url, access: { ca: mutual.ca } }, chart: 'web' };
    await assert.rejects(fetchChart(without, '1.0.0', { cache: cacheAt('refused') }), {
      code: 'HttpUnreachable',
    });
  } finally {
    mutual.stop();
  }
});

const refusals: {
  given: () => { repository: ReturnType<typeof repository>; chart: string };
  version: string;
  digest?: string;
  message: RegExp;
  because: string;
}[] = [
  {
    given: web,
    version: '1.9.0',
    message: /the index says/,
    because: 'the archive is not what the index says',
  },
  {
    given: web,
    version: '3.0.0',
    message: /chart "web" version "3.0.0" not found/,
    because: 'no such version',
  },
  { given: web, version: '0.1.0', message: /no downloadable URLs/, because: 'an entry without address' },
  {
    given: web,
    version: '1.2.3',
    digest: sha256('pinned'),
    message: /not [0-9a-f]{64} as it is pinned/,
    because: 'another digest is pinned',
  },
  {
    given: () => ({ ...web(), chart: 'shop' }),
    version: '1.0.0',
    message: /chart "shop" not found in .* it has web/,
    because: 'no such chart',
  },
  {
    given: () => web({ password: 'wrong-word' }),
    version: '1.2.3',
    message: /status 401; check the credentials/,
    because: 'wrong credentials',
  },
  {
    given: () => web({ ca: undefined }),
    version: '1.2.3',
    message: /self-signed|certificate/,
    because: 'an unknown authority',
  },
  {
    given: () => ({ repository: { ...repository(), url: `${server.url}/nowhere` }, chart: 'web' }),
    version: '1.2.3',
    message: /not a valid chart repository .* status 404; check the address/,
    because: 'no index there',
  },
  {
    given: () => ({
      repository: { ...repository(), url: 'https://ann:s3cret-word@127.0.0.1:1' },
      chart: 'web',
    }),
    version: '1.2.3',
    message: /holds credentials/,
    because: 'credentials in the address',
  },
];
for (const { given, version, digest, message, because } of refusals) {
  test(`fetchChart() refuses, and tells no secret: ${because}`, async () => {
    const options = { cache: cacheAt(sha256(because)), ...(digest ? { digest } : {}) };
    await assert.rejects(fetchChart(given(), version, options), (error: Error) => {
      assert.match(error.message, message);
      assert.doesNotMatch(JSON.stringify([error.message, error.stack]), /s3cret-word|wrong-word/);
      return true;
    });
  });
}

test('fetchChart() stops at the size it may have', async () => {
  await assert.rejects(fetchChart(web(), '1.2.3', { cache: cacheAt('small'), maxBytes: 4 }), {
    code: 'HttpTooLarge',
  });
});
