// Against the platform's own registry, over TLS, with users of its table.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { openBlobStore } from '@slipway/oci';
import {
  startTestRegistry,
  type TestRegistry,
} from '../../../../capabilities/artifacts/technologies/oci-registry/testbed.ts';
import { selfSigned } from '../../../../test/self-signed.ts';
import { chartCache, sha256 } from './chart-cache.ts';
import { fetchChart, resolveChart } from './fetch-chart.ts';
import { fetchOci, ociClient, ociReference, ociVersions } from './oci-charts.ts';

let folder: string;
let registry: TestRegistry;
let ca: string;
let host: string;

const CHART_CONFIG = 'application/vnd.cncf.helm.config.v1+json';
const CHART_LAYER = 'application/vnd.cncf.helm.chart.content.v1.tar+gzip';
const FOLDER_LAYER = 'application/vnd.oci.image.layer.v1.tar+gzip';

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-oci-charts-'));
  const { cert, key } = await selfSigned({ names: ['localhost'], addresses: ['127.0.0.1'] });
  registry = await startTestRegistry({ tls: { cert, key } });
  ca = cert;
  host = `127.0.0.1:${registry.port}`;
  for (const version of ['1.0.0', '1.2.0', '2.0.0-rc.1', '1.2.0+build.7', 'latest'])
    await push('acme/web', version, { config: CHART_CONFIG, layers: [[CHART_LAYER, `web ${version}`]] });
  await push('acme/files', 'v1', {
    config: 'application/vnd.oci.empty.v1+json',
    layers: [[FOLDER_LAYER, 'files']],
  });
  await push('acme/files', 'two', {
    config: 'application/vnd.oci.empty.v1+json',
    layers: [
      [FOLDER_LAYER, 'a'],
      [FOLDER_LAYER, 'b'],
    ],
  });
});
after(async () => {
  await registry.close();
  await rm(folder, { recursive: true, force: true });
});

async function push(
  name: string,
  version: string,
  { config, layers }: { config: string; layers: string[][] },
) {
  const blobs = await openBlobStore(join(folder, 'pushed'));
  const put = async (text: string, mediaType: string) => {
    const { digest, size } = await blobs.write([Buffer.from(text)] as unknown as AsyncIterable<Uint8Array>);
    return { digest, size, mediaType };
  };
  const manifest = {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: await put('{}', config),
    layers: await Promise.all(layers.map(([type = '', text = '']) => put(text, type))),
  };
  const client = ociClient({ url: `oci://${host}`, access: access() });
  await client.push(
    ociReference(host, name, version),
    await put(JSON.stringify(manifest), manifest.mediaType),
    { blobs },
  );
  client.close();
}

const access = (password = 'ada') => ({ username: 'ann', password, ca });
const web = (url = `oci://${host}/acme`) => ({ repository: { url, access: access() }, chart: 'web' });

test('resolveChart() chooses among a registry’s tags, in both forms of its address', async () => {
  assert.equal(await resolveChart(web(), '1.x'), '1.2.0');
  assert.equal(await resolveChart(web(`${host}/acme`), '>=2.0.0-0'), '2.0.0-rc.1');
  assert.equal(await resolveChart(web(), 'latest'), 'latest');
  await assert.rejects(
    resolveChart(web(), '^3'),
    /invalid revision: version matching constraint "\^3" not found in 5 versions/,
  );
});

test('fetchChart() brings a chart from a registry, once', async () => {
  const cache = chartCache(join(folder, 'cache'));
  const found = await fetchChart(web(), '1.2.0', { cache });
  assert.deepEqual(found, { version: '1.2.0', digest: sha256('web 1.2.0'), bytes: Buffer.from('web 1.2.0') });
  const offline = { repository: { url: `oci://${host}/acme`, access: access('nobody') }, chart: 'web' };
  assert.deepEqual(await fetchChart(offline, '1.2.0', { cache }), found);
  assert.equal((await fetchChart(web(), '1.2.0+build.7', { cache })).bytes.toString(), 'web 1.2.0+build.7');
});

test('fetchChart() refuses wrong credentials and unknown authorities without telling secrets', async () => {
  const cache = chartCache(join(folder, 'refused'));
  const wrong = { repository: { url: `oci://${host}/acme`, access: access('bob-his-secret') }, chart: 'web' };
  await assert.rejects(fetchChart(wrong, '1.0.0', { cache }), (error: Error & { code: string }) => {
    assert.equal(error.code, 'RegistryDenied');
    assert.doesNotMatch(error.message, /bob-his-secret/);
    return true;
  });
  const strange = { repository: { url: `oci://${host}/acme`, access: { password: 'ada' } }, chart: 'web' };
  await assert.rejects(fetchChart(strange, '1.0.0', { cache }), { code: 'RegistryUnreachable' });
  const insecure = {
    repository: { ...strange.repository, access: { password: 'ada', insecure: true } },
    chart: 'web',
  };
  assert.equal((await fetchChart(insecure, '1.0.0', { cache })).version, '1.0.0');
});

test('fetchOci() takes a digest, and an archive of plain files', async () => {
  const client = ociClient({ url: `oci://${host}/acme`, access: access() });
  try {
    const tagged = await fetchOci(client, ociReference(`oci://${host}/acme/files`, '', 'v1'), {});
    assert.deepEqual([tagged.isChart, tagged.bytes.toString()], [false, 'files']);
    const pinned = await fetchOci(client, ociReference(`oci://${host}/acme/files`, '', tagged.digest), {});
    assert.deepEqual(pinned, tagged);
    const two = fetchOci(client, ociReference(`oci://${host}/acme/files`, '', 'two'), {});
    await assert.rejects(two, /expected only a single oci content layer, got 2/);
    const large = fetchOci(client, ociReference(`oci://${host}/acme/files`, '', 'v1'), { maxBytes: 2 });
    await assert.rejects(large, /at most 2 are fetched/);
    assert.deepEqual(await ociVersions(client, ociReference(host, 'acme/web'), {}), [
      '2.0.0-rc.1',
      '1.2.0',
      '1.2.0+build.7',
      '1.0.0',
    ]);
  } finally {
    client.close();
  }
});
