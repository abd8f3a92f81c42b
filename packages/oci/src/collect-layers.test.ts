import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, rename, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { openBlobStore } from './blob-store.ts';
import type { BlobStore, Digest } from './blobs.ts';
import { collectLayers, expiredImages } from './collect-layers.ts';
import { digestOf } from './digest.ts';
import { chainOf, LAYER_NAME, type Layers, openLayers, type RunWork } from './layers.ts';
import { MEDIA_TYPE } from './media-type.ts';
import { TAR_END, tarHeader } from './tar-header.ts';

const inThread: RunWork = async ({ module, task, input }) => {
  const exported = (await import(module.href)) as Record<string, (value: unknown) => unknown>;
  return exported[task]?.(input) as never;
};

/** Later than everything a test makes: what is not kept for a reason goes. */
const LATER = Date.now() + 3_600_000;

async function scratch(context: TestContext): Promise<{ blobs: BlobStore; layers: Layers }> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-collect-layers-'));
  context.after(() => rm(folder, { recursive: true, force: true }));
  const blobs = await openBlobStore(join(folder, 'blobs'));
  return { blobs, layers: await openLayers({ blobs, run: inThread }) };
}

/** An image with one empty folder in each layer. */
async function image(blobs: BlobStore, names: string[]) {
  const layers = [];
  const diffIds: Digest[] = [];
  for (const name of names) {
    const entry = { name, type: 'directory', mode: 0o755, uid: 0, gid: 0, time: 1, size: 0 } as const;
    const bytes = Buffer.concat([tarHeader(entry), TAR_END]);
    layers.push({ mediaType: MEDIA_TYPE.layer, ...(await blobs.write(single(bytes))) });
    diffIds.push(digestOf(bytes));
  }
  const config = { rootfs: { type: 'layers' as const, diff_ids: diffIds } };
  return { manifest: { layers }, config, chain: chainOf(config) };
}

async function* single(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  yield bytes;
}

const unpacked = async ({ folder }: BlobStore) =>
  (await readdir(join(folder, 'layers'))).filter(name => LAYER_NAME.test(name)).sort();
const hex = (digest: Digest | undefined) => digest?.slice('sha256:'.length);

test('collectLayers() keeps what a pod needs, down to the lowest layer, and deletes the rest', async context => {
  const { blobs, layers } = await scratch(context);
  const kept = await image(blobs, ['base/', 'kept/']);
  const old = await image(blobs, ['base/', 'old/']);
  await layers.unpack(kept);
  await layers.unpack(old);
  assert.equal((await unpacked(blobs)).length, 3, 'the base is shared');
  assert.equal(await collectLayers({ blobs, before: LATER, needed: new Set(kept.chain) }), 1);
  assert.deepEqual(await unpacked(blobs), kept.chain.map(hex).sort());
  const [, again] = await layers.unpack(old);
  assert.equal(
    again?.endsWith(hex(old.chain[1]) ?? ''),
    true,
    'what went is made again when it is asked for',
  );
});

test('collectLayers() keeps what was unpacked since then, also by an earlier process', async context => {
  const { blobs, layers } = await scratch(context);
  await layers.unpack(await image(blobs, ['a/']));
  assert.equal(await collectLayers({ blobs, before: Date.now() - 3_600_000, needed: new Set() }), 0);
  assert.equal((await unpacked(blobs)).length, 1);
});

test('collectLayers() never deletes a layer that is asked for while it runs', async context => {
  const { blobs, layers } = await scratch(context);
  const wanted = await image(blobs, ['a/', 'b/', 'c/', 'd/']);
  await layers.unpack(wanted);
  for (let round = 0; round < 10; round++) {
    const collecting = collectLayers({ blobs, before: LATER, needed: new Set() });
    const folders = await layers.unpack(wanted);
    await collecting;
    const here = await unpacked(blobs);
    const lost = folders.filter(folder => !here.some(name => folder.endsWith(name)));
    assert.deepEqual(lost, []);
  }
});

test('a layer that a crash left half deleted is rubbish, and the next start removes it', async context => {
  const { blobs, layers } = await scratch(context);
  await layers.unpack(await image(blobs, ['a/']));
  // Another place is what another process would see.
  const moved = join(blobs.folder, '..', 'moved');
  await rename(blobs.folder, moved);
  await mkdir(join(moved, 'layers', 'staging-1-left'));
  await openLayers({ blobs: await openBlobStore(moved), run: inThread });
  const left = await readdir(join(moved, 'layers'));
  assert.equal(left.filter(name => LAYER_NAME.test(name)).length, 1);
  assert.deepEqual(
    left.filter(name => name.startsWith('staging-')),
    [],
  );
});

test('expiredImages() names the blobs that no later image shares', async context => {
  const { blobs, layers } = await scratch(context);
  const fresh = await image(blobs, ['base/', 'new/']);
  const old = await image(blobs, ['base/', 'old/']);
  await layers.unpack(fresh);
  await layers.unpack(old);
  const note = join(blobs.folder, 'layers-used', (old.chain[1] ?? '').replace(':', '-'));
  await utimes(note, 1, 1);
  const options = { blobs, before: Date.now() - 3_600_000 };
  const [expired, ...others] = await expiredImages({ ...options, needed: new Set() });
  assert.equal(others.length, 0);
  assert.deepEqual(expired?.blobs, [old.manifest.layers[1]?.digest], 'the base is shared with the fresh one');
  assert.deepEqual(await expiredImages({ ...options, needed: new Set(old.chain) }), [], 'a pod runs on it');
  await expired?.forget();
  assert.deepEqual(await expiredImages({ ...options, needed: new Set() }), []);
});
