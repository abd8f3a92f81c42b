import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { systemClock, systemRandom } from '@slipway/api';
import type { Client } from '@slipway/client';
import { Pod, ServiceAccount } from '@slipway/kinds';
import { type Kube, startKube } from '@slipway/kube';
import { type BlobStore, type Digest, digestOf, type Layers, openBlobStore, openLayers } from '@slipway/oci';
import { folderAt } from '../../../../test/engine-bed.ts';
import { inThread } from './build/testbed.ts';
import { type CollectImagesOptions, collectImages } from './collect-images.ts';
import { type OpenRegistry, openRegistry } from './open-registry.ts';

let folder: string;
let kube: Kube;
let client: Client;
let blobs: BlobStore;
let layers: Layers;
let opened: OpenRegistry;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-collect-images-'));
  kube = await startKube({ controllers: false });
  client = kube.client();
  const account = { name: 'default', namespace: 'default' };
  await client.create(ServiceAccount, { apiVersion: 'v1', kind: 'ServiceAccount', metadata: account });
  blobs = await openBlobStore(join(folder, 'blobs'));
  layers = await openLayers({ blobs, run: work => inThread.run(work) });
  opened = await openRegistry({
    ...{ data: folderAt(folder), blobs, clock: systemClock, random: systemRandom },
    limits: { blobBytes: 1e6, uploadAgeMs: 0, orphanAgeMs: 0 },
  });
});
after(async () => {
  await opened.close();
  await kube.stop();
  await rm(folder, { recursive: true, force: true });
});

async function* single(text: string | Buffer): AsyncIterable<Uint8Array> {
  yield Buffer.from(text);
}

/** An image of one layer that holds nothing, told from others by a comment in its archive. */
async function pull(name: string): Promise<{ digest: Digest; layer: Digest }> {
  const archive = Buffer.alloc(1024 * (1 + name.length));
  const layer = {
    mediaType: 'application/vnd.oci.image.layer.v1.tar',
    ...(await blobs.write(single(archive))),
  };
  const rootfs = { type: 'layers' as const, diff_ids: [digestOf(archive)] };
  const text = JSON.stringify({ architecture: 'amd64', os: 'linux', config: {}, rootfs, comment: name });
  const config = {
    mediaType: 'application/vnd.oci.image.config.v1+json',
    ...(await blobs.write(single(text))),
  };
  const mediaType = 'application/vnd.oci.image.manifest.v1+json';
  const manifest = { schemaVersion: 2, mediaType, config, layers: [layer] };
  const { digest } = await blobs.write(single(JSON.stringify(manifest)));
  await layers.unpack({ manifest, config: { rootfs } });
  return { digest, layer: layer.digest };
}

async function pod(name: string, imageID: string, phase = 'Running'): Promise<void> {
  const metadata = { name, namespace: 'default' };
  const spec = { containers: [{ name: 'one', image: 'one' }] };
  const made = await client.create(Pod, { apiVersion: 'v1', kind: 'Pod', metadata, spec });
  const status = { name: 'one', image: 'one', imageID, ready: true, restartCount: 0 };
  const next = { ...made, status: { phase, containerStatuses: [status] } } as typeof made;
  await client.update(Pod, next, { subresource: 'status' });
}

/** Everything that may go does: nothing is too young. */
const all = (): CollectImagesOptions => ({
  client,
  blobs,
  clock: systemClock,
  layerAgeMs: -3_600_000,
  imageAgeMs: -3_600_000,
  deleteUnnamed: opened.deleteUnnamed,
});
const unpacked = async () =>
  (await readdir(join(blobs.folder, 'layers'))).filter(name => name.length === 64).length;

test('collectImages() keeps what a pod runs on and what a repository names, and deletes the rest', async () => {
  const running = await pull('running');
  const over = await pull('of a pod that is over');
  const pushed = await pull('pushed to us');
  await pod('running', `docker.io/library/app@${running.digest}`);
  await pod('over', `docker.io/library/app@${over.digest}`, 'Succeeded');
  const size = await blobs.size(pushed.layer);
  await opened.registry.link('acme/app', [{ digest: pushed.layer, size: size ?? 0 }]);
  assert.deepEqual(await collectImages(all()), { layers: 2, blobs: 3 });
  assert.equal(await unpacked(), 1);
  assert.equal(await blobs.has(running.layer), true, 'a pod runs on it');
  assert.equal(await blobs.has(pushed.layer), true, 'a repository has it');
  assert.equal(await blobs.has(over.layer), false, 'its pod is over');
});

test('collectImages() keeps what is young', async () => {
  const image = await pull('young image');
  const young = { ...all(), layerAgeMs: 3_600_000, imageAgeMs: 3_600_000 };
  assert.deepEqual(await collectImages(young), { layers: 0, blobs: 0 });
  const note = join(blobs.folder, 'layers-used');
  for (const name of await readdir(note)) await utimes(join(note, name), 1, 1);
  assert.deepEqual(await collectImages(young), { layers: 0, blobs: 2 });
  assert.equal(await blobs.has(image.layer), false);
});

test('collectImages() deletes nothing while a pod runs on an image that it cannot read, and names it', async () => {
  await pull('another');
  await pod('unknown', `docker.io/library/other@${digestOf('elsewhere')}`);
  const collected = await collectImages(all());
  assert.match('skipped' in collected ? collected.skipped : '', /docker\.io\/library\/other@sha256/);
});
