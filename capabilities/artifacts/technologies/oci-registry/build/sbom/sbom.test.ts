import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, type TestContext, test } from 'node:test';
import { messageOf, silentLog, systemClock } from '@slipway/api';
import { type Digest, type ImageManifest, isDigest } from '@slipway/oci';
import { openSandbox, type Sandbox } from '@slipway/sandbox';
import { openTestbed, type Testbed } from '../testbed.ts';

const REPOSITORY = 'acme/app';
const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

let folder: string;
let run: Sandbox | undefined;
let bed: Testbed;
let reason = '';

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-sbom-test-'));
  const options = { clock: systemClock, log: silentLog, singleUser: true, path: PATH };
  try {
    run = await openSandbox({ driver: 'sandbox', folder: join(folder, 'run'), ...options });
    bed = await openTestbed(run);
  } catch (error) {
    reason = messageOf(error);
  }
});
after(async () => {
  await bed?.close();
  await run?.close();
  await rm(folder, { recursive: true, force: true });
});

function built(name: string, work: () => Promise<void>): void {
  test(name, async (context: TestContext) => (run ? work() : context.skip(reason)));
}

interface Bill {
  serialNumber: string;
  metadata: { component: { version: string } };
  components: {
    type: string;
    name: string;
    version?: string;
    purl?: string;
    properties?: { value: string }[];
  }[];
}

async function blob(digest: Digest): Promise<Buffer> {
  return Buffer.concat(await bed.registry.blobs.read(digest).toArray());
}

/** As a client finds it: by the image's referrers. */
async function billOf(image: Digest): Promise<{ digest: Digest; bytes: Buffer; bill: Bill; blob: Digest }> {
  const listed = bed.registry.referrers(REPOSITORY, image);
  assert.deepEqual(
    listed.map(({ artifactType }) => artifactType),
    ['application/vnd.cyclonedx+json'],
  );
  const digest = listed[0]?.digest ?? image;
  const manifest: ImageManifest = JSON.parse(
    (await bed.registry.manifest(REPOSITORY, digest)).bytes.toString(),
  );
  assert.equal(manifest.subject?.digest, image);
  const layer = manifest.layers[0]?.digest ?? image;
  const bytes = await blob(layer);
  return { digest, bytes, bill: JSON.parse(bytes.toString()), blob: layer };
}

async function sources(name: string, files: Record<string, string>): Promise<string> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name, path)), { recursive: true });
    await writeFile(join(folder, name, path), content);
  }
  return join(folder, name);
}

const APPLICATION = {
  Dockerfile:
    'FROM node:22\nWORKDIR /app\nCOPY . .\nRUN rm -rf node_modules/dev\nCMD ["node", "server.js"]\n',
  'server.js': '',
  'node_modules/left/package.json': '{"name":"left","version":"1.0.0","license":"MIT"}',
  'node_modules/@acme/right/package.json':
    '{"name":"@acme/right","version":"2.0.0","license":"SEE LICENSE IN X"}',
  'node_modules/left/node_modules/deep/package.json': '{"name":"deep","version":"3.0.0"}',
  'node_modules/broken/package.json': '{',
  'node_modules/dev/package.json': '{"name":"dev","version":"4.0.0"}',
};

const ours = ({ components }: Bill) =>
  components.flatMap(({ purl = '' }) => (/left|right|deep|broken|\/dev/.test(purl) ? [purl] : []));

built('an image names what is installed in it and what it is made on', async () => {
  const made = await bed.build(await sources('app', APPLICATION));
  const { bill, digest } = await billOf(made.digest);
  assert.equal(made.sbom.digest, digest);
  assert.match(made.log, new RegExp(`sbom ${digest} `));
  assert.equal(bill.metadata.component.version, made.digest);
  assert.deepEqual(
    ours(bill),
    ['pkg:npm/%40acme/right@2.0.0', 'pkg:npm/broken', 'pkg:npm/deep@3.0.0', 'pkg:npm/left@1.0.0'],
    'what a later layer removed is not there; what cannot be read is named by its folder',
  );
  const base = bill.components.find(({ type }) => type === 'container');
  assert.equal(base?.name, 'docker.io/library/node:22');
  assert.ok(isDigest(base?.version ?? ''));
  assert.deepEqual(
    base?.properties?.map(({ value }) => value),
    ['below', 'host'],
  );
  assert.equal(base?.purl, undefined, 'a stand-in does not pass for the image it stands in for');
  assert.ok(bill.components.some(({ purl }) => purl === `pkg:generic/node@${process.versions.node}`));
});

built('the same image has one bill, from the cache or made again', async () => {
  const source = await sources('app', APPLICATION);
  const first = await bed.build(source);
  const before = await billOf(first.digest);
  const again = await bed.build(source);
  assert.deepEqual([again.digest, again.sbom], [first.digest, first.sbom]);
  await bed.registry.deleteManifest(REPOSITORY, before.digest);
  assert.deepEqual(bed.registry.referrers(REPOSITORY, first.digest), []);
  const made = await bed.build(source);
  assert.deepEqual((await billOf(made.digest)).bytes, before.bytes);
});

built('a bill goes with its image', async () => {
  const source = await sources('gone', { Dockerfile: 'FROM node\nCOPY only /only\n', only: 'here' });
  const { digest, sbom } = await bed.build(source, { tag: 'gone' });
  await bed.registry.deleteManifest(REPOSITORY, 'gone');
  assert.equal((await billOf(digest)).digest, sbom.digest, 'a tag is a name, not the image');
  await bed.registry.deleteManifest(REPOSITORY, digest);
  assert.deepEqual(bed.registry.referrers(REPOSITORY, digest), []);
  await assert.rejects(bed.registry.manifest(REPOSITORY, sbom.digest), /is not in acme\/app/);
});

built('a base that only a stage uses is told from the one below', async () => {
  const Dockerfile =
    'FROM node:24 AS build\nRUN echo made > /made\nFROM scratch\nCOPY --from=build /made /made\n';
  const { digest } = await bed.build(await sources('stages', { Dockerfile }));
  const { bill } = await billOf(digest);
  assert.deepEqual(
    bill.components.map(({ name, properties }) => [name, properties?.[0]?.value]),
    [['docker.io/library/node:24', 'stage']],
  );
});
