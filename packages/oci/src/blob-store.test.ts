import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { type TestContext, test } from 'node:test';
import { openBlobStore } from './blob-store.ts';
import type { BlobStore } from './blobs.ts';
import { digestOf } from './digest.ts';

async function open(context: TestContext): Promise<{ folder: string; blobs: BlobStore }> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-blobs-'));
  context.after(() => rm(folder, { recursive: true, force: true }));
  return { folder, blobs: await openBlobStore(folder) };
}

async function* pieces(...texts: string[]): AsyncIterable<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}

async function text(
  blobs: BlobStore,
  digest: ReturnType<typeof digestOf>,
  range?: { start: number; end: number },
) {
  return Buffer.concat(await blobs.read(digest, range).toArray()).toString();
}

test('write() keeps a stream under the digest of its bytes; read() gives it back, whole or in part', async context => {
  const { blobs } = await open(context);
  const { digest, size } = await blobs.write(pieces('ab', '', 'cd'));
  assert.deepEqual([digest, size], [digestOf('abcd'), 4]);
  assert.equal(await text(blobs, digest), 'abcd');
  assert.equal(await text(blobs, digest, { start: 1, end: 2 }), 'bc');
  assert.deepEqual([await blobs.has(digest), await blobs.size(digest)], [true, 4]);
  assert.deepEqual(await Readable.from(blobs.list()).toArray(), [digest]);
  await blobs.delete(digest);
  assert.equal(await blobs.size(digest), undefined);
  await assert.rejects(text(blobs, digest), { code: 'BlobUnknown' });
});

test('write() keeps pieces in order when they are larger than what is gathered', async context => {
  const { blobs } = await open(context);
  const large = Array.from({ length: 40 }, (_, i) => String.fromCharCode(97 + (i % 26)).repeat(300_000));
  const { digest } = await blobs.write(pieces(...large));
  assert.equal(digest, digestOf(large.join('')));
  assert.equal(digestOf(await text(blobs, digest)), digest);
});

const refusals = [
  {
    expected: digestOf('other'),
    limit: 100,
    code: 'DigestMismatch',
    because: 'other bytes than were promised',
  },
  { expected: digestOf('abcd'), limit: 3, code: 'BlobTooLarge', because: 'more bytes than are allowed' },
];
for (const { expected, limit, code, because } of refusals) {
  test(`write() refuses ${because} and keeps nothing`, async context => {
    const { folder, blobs } = await open(context);
    await assert.rejects(blobs.write(pieces('ab', 'cd'), expected, { limit }), { code });
    assert.deepEqual(await readdir(join(folder, 'staging')), []);
    assert.deepEqual(await readdir(join(folder, 'sha256')), []);
  });
}

test('write() of a stream that breaks rejects with its error and keeps nothing', async context => {
  const { folder, blobs } = await open(context);
  async function* broken(): AsyncIterable<Uint8Array> {
    yield Buffer.from('ab');
    throw new Error('line cut');
  }
  await assert.rejects(blobs.write(broken()), /line cut/);
  assert.deepEqual(await readdir(join(folder, 'staging')), []);
});

test('write() of the same bytes many times at once keeps one blob', async context => {
  const { blobs } = await open(context);
  const written = await Promise.all(Array.from({ length: 20 }, () => blobs.write(pieces('same'))));
  assert.equal(new Set(written.map(({ digest }) => digest)).size, 1);
  assert.deepEqual(await Readable.from(blobs.list()).toArray(), [digestOf('same')]);
});

test('openBlobStore() removes what a crash left half written and keeps what was complete', async context => {
  const { folder, blobs } = await open(context);
  const { digest } = await blobs.write(pieces('complete'));
  await writeFile(join(folder, 'staging', 'half'), 'ha');
  const again = await openBlobStore(folder);
  assert.deepEqual(await readdir(join(folder, 'staging')), []);
  assert.ok(await again.has(digest));
});
