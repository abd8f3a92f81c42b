// Against the platform's own registry over TLS.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { systemClock } from '@slipway/api';
import type { Client } from '@slipway/client';
import type { Ports } from '@slipway/definition';
import { openBlobStore } from '@slipway/oci';
import { ociClient, ociReference } from '@slipway/sources';
import { folderAt, poolHere } from '../../../../../../test/engine-bed.ts';
import { selfSigned } from '../../../../../../test/self-signed.ts';
import {
  startTestRegistry,
  type TestRegistry,
} from '../../../../../artifacts/technologies/oci-registry/testbed.ts';
import { publicRepository } from '../../settings/repository.ts';
import { type SourceLoader, sourceLoader } from './load.ts';
import { readSources } from './read-source.ts';

let registry: TestRegistry;
let folder: string;
let ca: string;
let url: string;
let loader: SourceLoader;

const destination = {
  read: async () => ({ gitVersion: 'v1.33.1' }),
  apiVersions: async () => ['v1'],
} as unknown as Client;
const map = (name: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: "${name}"\ndata: {}\n`;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-oci-source-'));
  const { cert, key } = await selfSigned({ names: ['localhost'], addresses: ['127.0.0.1'] });
  registry = await startTestRegistry({ tls: { cert, key } });
  ca = cert;
  url = `oci://127.0.0.1:${registry.port}/acme`;
  const files = {
    'web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\n',
    'web/templates/map.yaml': map('{{ .Release.Name }}-chart'),
    'plain/a.yaml': map('a'),
    'plain/kustom/kustomization.yaml': 'resources: [b.yaml]\nnamePrefix: k-\n',
    'plain/kustom/b.yaml': map('b'),
  };
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  const run = promisify(execFile);
  await run('tar', ['czf', 'web.tgz', 'web'], { cwd: folder });
  await run('tar', ['czf', '../plain.tgz', '.'], { cwd: join(folder, 'plain') });
  await push('web', '1.0.0', 'application/vnd.cncf.helm.config.v1+json', 'web.tgz');
  await push('plain', 'v1', 'application/vnd.oci.empty.v1+json', 'plain.tgz');
  const access = { username: 'ann', password: 'ada', ca, secret: 'r', namesServer: true };
  loader = sourceLoader({ clock: systemClock, pool: poolHere, data: folderAt(folder) } as unknown as Ports, {
    credentialsFor: asked => ({ ...publicRepository(asked), ...access }),
    repositories: () => [],
    config: () => ({ kustomizeBuildOptions: '', helmValuesFileSchemes: [], disabledSources: [] }),
  });
});
after(async () => {
  loader.close();
  await registry.close();
  await rm(folder, { recursive: true, force: true });
});

async function push(name: string, tag: string, config: string, file: string): Promise<void> {
  const blobs = await openBlobStore(join(folder, 'pushed'));
  const put = async (bytes: Buffer, mediaType: string) => ({
    ...(await blobs.write([bytes] as unknown as AsyncIterable<Uint8Array>)),
    mediaType,
  });
  const isChart = name === 'web';
  const layer = isChart
    ? 'application/vnd.cncf.helm.chart.content.v1.tar+gzip'
    : 'application/vnd.oci.image.layer.v1.tar+gzip';
  const manifest = {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: await put(Buffer.from('{}'), config),
    layers: [await put(await readFile(join(folder, file)), layer)],
  };
  const client = ociClient({ url, access: { password: 'ada', ca } });
  const root = await put(Buffer.from(JSON.stringify(manifest)), manifest.mediaType);
  await client.push(ociReference(url, name, tag), root, { blobs });
  client.close();
}

async function load(source: Record<string, unknown>) {
  const found = await loader.load(readSources({ source }), {
    known: [],
    fresh: true,
    signal: new AbortController().signal,
    application: {
      name: 'shop',
      namespace: 'argocd',
      project: 'default',
      destinationNamespace: 'prod',
      destination,
    },
  });
  if ('error' in found) return found.error;
  const names = found.manifests.map(({ object }) => object.metadata.name);
  return { names, type: found.sourceTypes[0], digest: /^sha256:[0-9a-f]{64}$/.test(found.revision) };
}

const rows: { source: () => Record<string, unknown>; expected: object | RegExp; because: string }[] = [
  {
    source: () => ({ repoURL: `${url}/web`, path: '.', targetRevision: '1.0.0' }),
    expected: { names: ['shop-chart'], type: 'Helm', digest: true },
    because: 'a chart as an artifact, its top folder gone',
  },
  {
    source: () => ({ repoURL: `${url}/web`, path: '.', targetRevision: '^1' }),
    expected: { names: ['shop-chart'], type: 'Helm', digest: true },
    because: 'a range of its tags',
  },
  {
    source: () => ({ repoURL: `${url}/plain`, path: '.', targetRevision: 'v1' }),
    expected: { names: ['a'], type: 'Directory', digest: true },
    because: 'an archive of plain files',
  },
  {
    source: () => ({ repoURL: `${url}/plain`, path: 'kustom', targetRevision: 'v1' }),
    expected: { names: ['k-b'], type: 'Kustomize', digest: true },
    because: 'a kustomization in it',
  },
  {
    source: () => ({ repoURL: url.replace('oci://', ''), chart: 'web', targetRevision: '1.x' }),
    expected: { names: ['shop-chart'], type: 'Helm', digest: false },
    because: 'a chart by Argo CD’s address without a scheme',
  },
  {
    source: () => ({ repoURL: `${url}/plain`, path: '.', targetRevision: 'none' }),
    expected: /failed to resolve revision "none": cannot get digest for revision none: .*status 404/,
    because: 'no such tag',
  },
  {
    source: () => ({ repoURL: `${url}/plain`, path: 'nowhere', targetRevision: 'v1' }),
    expected: /nowhere: app path does not exist/,
    because: 'no such folder in it',
  },
];
for (const { source, expected, because } of rows) {
  test(`load() from a registry: ${because}`, async () => {
    const found = await load(source());
    if (expected instanceof RegExp) return assert.match(String(found), expected);
    assert.deepEqual(found, expected);
  });
}
