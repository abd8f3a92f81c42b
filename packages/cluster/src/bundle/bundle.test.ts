// Which images objects run, how they are pinned, and what a bundle holds: every byte of it checked.
import assert from 'node:assert/strict';
import { mkdtemp, open, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type AnyObject, systemClock } from '@slipway/api';
import { emptyLock, filesDigest, type Lock, parseLock, type Release } from '@slipway/definition';
import { createRegistryClient, openBlobStore } from '@slipway/oci';
import { releaseFiles } from '../release-files.ts';
import { imagesIn, pinImages } from './bundle-images.ts';
import { pullImages } from './pull-images.ts';
import { readBundle, unpackDefinition } from './read-bundle.ts';
import { writeBundle } from './write-bundle.ts';

const DIGEST = `sha256:${'a'.repeat(64)}`;

function pod(container: object, more: object = {}): AnyObject {
  const template = { spec: { containers: [container], ...more } };
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'a' }, spec: { template } };
}

function configMap(data: Record<string, string>): AnyObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c' }, data };
}

for (const { object, expected, because } of [
  {
    object: pod({ image: 'redis:7' }),
    expected: ['redis:7'],
    because: 'a short name is an image where a container names it',
  },
  {
    object: pod({ image: 'r.example.com/a:1' }, { initContainers: [{ image: 'r.example.com/b:1' }] }),
    expected: ['r.example.com/a:1', 'r.example.com/b:1'],
    because: 'containers that come first count',
  },
  {
    object: pod({ image: 'a:1', args: ['--solver=quay.io/jetstack/solver:v1', '--port=8080'] }),
    expected: ['a:1', 'quay.io/jetstack/solver:v1'],
    because: 'a flag tells of another image',
  },
  {
    object: pod({
      image: 'a:1',
      env: [
        { name: 'EXECUTOR', value: 'quay.io/argoproj/exec:v1' },
        { name: 'URL', value: 'https://quay.io/x' },
      ],
    }),
    expected: ['a:1', 'quay.io/argoproj/exec:v1'],
    because: 'a variable tells of another image',
  },
  {
    object: pod({ image: 'a:1', env: [{ name: 'AGENT_IMAGE', value: 'hashicorp/vault:2.0' }] }),
    expected: ['a:1', 'hashicorp/vault:2.0'],
    because: 'a variable that is called an image needs no host in its value',
  },
  {
    object: pod({
      image: 'a:1',
      env: [
        { name: 'IMAGE_PULL_POLICY', value: 'Always' },
        { name: 'RATIO', value: '10:20' },
      ],
    }),
    expected: ['a:1'],
    because: 'not all that has to do with images is one, nor all that has a colon',
  },
  {
    object: pod({
      image: 'a:1',
      args: ['-entrypoint-image', 'ghcr.io/t/entrypoint:v1', '-nop-image', 't/nop:v1'],
    }),
    expected: ['a:1', 'ghcr.io/t/entrypoint:v1', 't/nop:v1'],
    because: 'the value of a flag may be an argument of its own',
  },
  {
    object: pod({
      image: 'a:1',
      args: ['-shell-image-win', `mcr.example.com/powershell:nanoserver@${DIGEST}`],
    }),
    expected: ['a:1'],
    because: 'nodes that run Windows are none of a bundle’s',
  },
  {
    object: pod({
      image: 'a:1',
      command: [
        '/bin/sh',
        '-ec',
        'exec inject \\\n  -dataplane-image="hashicorp/dataplane:2.0" \\\n  -listen=:8080 -name=x/y:z\n',
      ],
    }),
    expected: ['a:1', 'hashicorp/dataplane:2.0'],
    because: 'a script has flags that name images, and others',
  },
  {
    object: configMap({
      POSTGRES_IMAGE_NAME: 'ghcr.io/p/postgresql:18.4',
      RETRIES: '3:4',
      HOME: 'https://example.com/a:1',
    }),
    expected: ['ghcr.io/p/postgresql:18.4'],
    because: 'a configuration value is an image as a whole',
  },
  {
    object: configMap({
      'cloud.yaml':
        'templates:\n  - image: "jenkins/agent:3385-1"\n    alwaysPullImage: false\n    imagePullPolicy: x/y:z\n',
    }),
    expected: ['jenkins/agent:3385-1'],
    because: 'a file of a configuration has lines that name images',
  },
  {
    object: configMap({
      _example: 'image: ghcr.io/x/y:1',
      config: 'image: "{{ .ProxyImage }}"\nimage: proxyv2\nimage: busybox:1.28',
    }),
    expected: [],
    because: 'examples for people, templates and bare words are no images',
  },
  {
    object: {
      apiVersion: 'pkg.crossplane.io/v1',
      kind: 'Provider',
      metadata: { name: 'p' },
      spec: { package: 'xpkg.example.com/provider-aws:v2' },
    },
    expected: ['xpkg.example.com/provider-aws:v2'],
    because: 'a package of Crossplane is an image that it runs',
  },
  {
    object: {
      apiVersion: 'example.org/v1',
      kind: 'Database',
      metadata: { name: 'd' },
      spec: { image: 'ghcr.io/x/postgres:17', logo: 'image.png' },
    },
    expected: ['ghcr.io/x/postgres:17'],
    because: 'a custom resource has an image',
  },
  {
    object: {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: 'd' },
      spec: { image: 'ghcr.io/x/y:1' },
    },
    expected: [],
    because: 'a schema runs nothing',
  },
])
  test(`imagesIn(): ${because}`, () => assert.deepEqual(imagesIn([object]), expected));

test('pinImages() writes digests in place of tags, and leaves what it does not know', () => {
  const object = pod({ image: 'redis:7', args: ['--x=quay.io/a/b:v1', '--y=quay.io/a/c:v1'] });
  const pinned = pinImages([object], { 'redis:7': DIGEST, 'quay.io/a/b:v1': DIGEST });
  const expected = pod({
    image: `redis@${DIGEST}`,
    args: [`--x=quay.io/a/b@${DIGEST}`, '--y=quay.io/a/c:v1'],
  });
  assert.deepEqual(pinned, [expected]);
});

test('pinImages() writes digests into scripts, variables and configurations, and nothing else there', () => {
  const script = (image: string) => `run --agent-image="${image}" \\\n  --name=a/b:v1\n`;
  const given = (image: string): AnyObject[] => [
    pod({
      image: 'redis:7',
      command: ['sh', '-c', script(image)],
      env: [{ name: 'AN_IMAGE', value: image }],
    }),
    configMap({
      whole: 'a/b:v1',
      AN_IMAGE: image,
      'lines.yaml': `x: 1\nimage: '${image}'\n`,
      _example: 'image: a/b:v1',
    }),
  ];
  assert.deepEqual(pinImages(given('a/b:v1'), { 'a/b:v1': DIGEST }), given(`a/b@${DIGEST}`));
  const [same] = given('a/b:v1');
  assert.equal(
    pinImages([same as AnyObject], { 'c/d:v1': DIGEST })[0],
    same,
    'what names none is the same object',
  );
});

let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-bundle-'));
});
after(() => rm(folder, { recursive: true, force: true }));

const files = [{ path: 'tool.yaml', data: Buffer.from('kind: ConfigMap\n') }];
const digest = filesDigest(files);
const lock: Lock = {
  ...emptyLock(),
  components: { tool: { version: '1.0.0', digest, source: 'https://git.example.com/tool@v1:tool.yaml' } },
};
const definition = 'apiVersion: slipway.dev/v1alpha1\nkind: Platform\nmetadata: { name: acme }\n';

async function bundle(name: string): Promise<string> {
  const file = join(folder, name);
  const sources = [{ of: 'tool 1.0.0', kind: 'release' as const, digest, files }];
  const content = { platform: 'acme', definition, lock, sources, images: [] };
  await writeBundle(file, content, { pid: process.pid, clock: systemClock });
  return file;
}

test('a bundle gives back what it was made of, and its files need no network', async () => {
  const file = await bundle('whole.bundle');
  assert.equal((await stat(file)).mode & 0o777, 0o600);
  const cacheFolder = join(folder, 'cache');
  const read = await readBundle(file, { cacheFolder });
  assert.deepEqual(parseLock(read.lock, 'slipway.lock'), lock);
  const path = await unpackDefinition(read, join(folder, 'acme'));
  assert.equal(await readFile(path, 'utf8'), definition);
  const git = { repository: 'https://git.example.com/tool', revision: 'v1', commit: 'c', path: 'tool.yaml' };
  const release: Release = { version: '1.0.0', form: 'manifests', parts: [{ at: '', git }], digest };
  const found = await releaseFiles(release, { cacheFolder, offline: true });
  assert.deepEqual(
    found.map(each => String(each.data)),
    ['kind: ConfigMap\n'],
  );
  await assert.rejects(releaseFiles({ ...release, digest: DIGEST }, { cacheFolder, offline: true }), {
    code: 'SourceMissing',
  });
});

test('a definition that is there and says something else is not overwritten', async () => {
  const read = await readBundle(await bundle('second.bundle'), { cacheFolder: join(folder, 'cache') });
  const into = join(folder, 'other');
  await unpackDefinition(read, into);
  await writeFile(join(into, 'platform.yaml'), 'changed');
  await assert.rejects(unpackDefinition(read, into), { code: 'BundleInTheWay' });
});

for (const { part, because } of [
  { part: 'files/', because: 'files of a release' },
  { part: 'definition/slipway.lock', because: 'the lock' },
  { part: 'manifest.json', because: 'the list itself' },
])
  test(`a bundle with other bytes in ${because} is refused, naming the part`, async () => {
    const file = await bundle(`damaged-${part.length}.bundle`);
    const bytes = await readFile(file);
    // Content begins one tar block after the header that has the name.
    const at = bytes.indexOf(part) + 512;
    const handle = await open(file, 'r+');
    await handle.write(Buffer.from([(bytes[at] ?? 0) ^ 0xff]), 0, 1, at);
    await handle.close();
    const cacheFolder = join(folder, 'untouched');
    const pattern = part === 'manifest.json' ? /its manifest cannot be read/ : new RegExp(part);
    await assert.rejects(readBundle(file, { cacheFolder }), { code: 'ArchiveDamaged', message: pattern });
    await assert.rejects(stat(cacheFolder), { code: 'ENOENT' });
  });

test('files that are not what they say they are are refused, naming the release', async () => {
  const file = join(folder, 'lying.bundle');
  const sources = [{ of: 'tool 1.0.0', kind: 'release' as const, digest: DIGEST, files }];
  const content = { platform: 'acme', definition, lock, sources, images: [] };
  await writeBundle(file, content, { pid: process.pid, clock: systemClock });
  await assert.rejects(readBundle(file, { cacheFolder: join(folder, 'untouched') }), {
    code: 'BundleInvalid',
    message: /\(tool 1\.0\.0\) has files of sha256:/,
  });
});

test('every image that cannot be had is named, and nothing is written', async () => {
  const endpoint = () => ({ host: '127.0.0.1', port: 1, plain: true });
  const registry = createRegistryClient({ endpoint, attempts: 1 });
  const blobs = await openBlobStore(join(folder, 'blobs'));
  const platform = { os: 'linux', architecture: 'amd64' };
  await assert.rejects(pullImages(['redis:7', 'quay.io/a/b:v1'], { registry, blobs, platform }), {
    code: 'ImagesMissing',
    message: /2 images could not be had; .*\n- quay\.io\/a\/b:v1: .*\n- redis:7: /,
  });
  registry.close();
});
