import { randomUUID } from 'node:crypto';
import { createReadStream, type ReadStream } from 'node:fs';
import { copyFile, mkdir, open, opendir, rename, rm, stat, unlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { SlipwayError } from '@slipway/api';
import { blobWriter } from './blob-writer.ts';
import type { Algorithm, BlobStore, Digest } from './blobs.ts';
import { algorithmOf, isDigest, parseDigest } from './digest.ts';
import { groupSync } from './group-sync.ts';

const READ_CHUNK_BYTES = 1 << 20;
const ALGORITHMS: Algorithm[] = ['sha256', 'sha512'];

/**
 * Opens (or makes) a store in a folder: `sha256/<hex>` and `sha512/<hex>` are the blobs, `staging/` what is being written. What a crash
 * left in `staging/` is removed, so one process at a time opens a folder.
 * @example
 * const blobs = await openBlobStore('/var/lib/slipway/blobs');
 * const { digest } = await blobs.write(request);
 */
export async function openBlobStore(path: string): Promise<BlobStore> {
  const folder = resolve(path);
  const staging = join(folder, 'staging');
  await rm(staging, { recursive: true, force: true });
  await mkdir(staging, { recursive: true, mode: 0o700 });
  for (const algorithm of ALGORITHMS) await mkdir(join(folder, algorithm), { recursive: true, mode: 0o700 });
  await groupSync(folder)();
  const syncs = { sha256: groupSync(join(folder, 'sha256')), sha512: groupSync(join(folder, 'sha512')) };
  return makeStore({ folder, staging, syncEntries: digest => syncs[algorithmOf(digest)]() });
}

interface Layout {
  folder: string;
  staging: string;
  syncEntries: (digest: Digest) => Promise<void>;
}

function makeStore(layout: Layout): BlobStore {
  const path = (digest: Digest) => join(layout.folder, parseDigest(digest).replace(':', '/'));
  const stage = () => join(layout.staging, randomUUID());

  async function adopt(file: string, content: { digest: Digest; size: number }): Promise<void> {
    await moveSynced(file, path(content.digest), stage());
    await layout.syncEntries(content.digest);
  }

  async function write(
    content: AsyncIterable<Uint8Array>,
    expected?: Digest,
    options: { limit?: number } = {},
  ): Promise<{ digest: Digest; size: number }> {
    const file = stage();
    const handle = await open(file, 'wx', 0o600);
    try {
      const writer = blobWriter(
        handle,
        expected ? { ...options, algorithm: algorithmOf(expected) } : options,
      );
      await writer.append(content);
      const written = await writer.finish();
      if (expected !== undefined && written.digest !== expected) throw mismatch(expected, written.digest);
      await adopt(file, written);
      return written;
    } catch (error) {
      await rm(file, { force: true });
      throw error;
    } finally {
      await handle.close();
    }
  }

  return {
    folder: layout.folder,
    path,
    write,
    adopt,
    staging: stage,
    size: async digest => (await found(path(digest)))?.size,
    has: async digest => (await found(path(digest))) !== undefined,
    read: (digest, range) => readBlob(path(digest), digest, range),
    delete: async digest => {
      await unlink(path(digest)).catch(ignoreMissing);
      await layout.syncEntries(digest);
    },
    list: () => listBlobs(layout.folder),
  };
}

/** What a reader and a writer throw when bytes are not those that a digest names. */
export function mismatch(expected: Digest, actual: Digest): SlipwayError {
  return new SlipwayError(
    'DigestMismatch',
    `blob: expected ${expected}: the bytes have ${actual}; nothing was kept`,
  );
}

function readBlob(path: string, digest: Digest, range?: { start: number; end: number }): ReadStream {
  const stream = createReadStream(path, { highWaterMark: READ_CHUNK_BYTES, ...range });
  const emit = stream.destroy.bind(stream);
  stream.destroy = error => emit(isMissing(error) ? unknownBlob(digest) : error);
  return stream;
}

function unknownBlob(digest: Digest): SlipwayError {
  return new SlipwayError('BlobUnknown', `blob: ${digest}: not in this store`);
}

/** A file on another file system is copied first, for a rename cannot cross. */
async function moveSynced(from: string, to: string, staged: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EXDEV')) throw error;
    await copyFile(from, staged);
    const handle = await open(staged, 'r+');
    await handle.sync().finally(() => handle.close());
    await rename(staged, to);
    await rm(from);
  }
}

async function found(path: string): Promise<{ size: number } | undefined> {
  return stat(path).catch(ignoreMissing);
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

function ignoreMissing(error: unknown): undefined {
  if (!isMissing(error)) throw error;
}

async function* listBlobs(folder: string): AsyncIterable<Digest> {
  for (const algorithm of ALGORITHMS) {
    for await (const entry of await opendir(join(folder, algorithm))) {
      const digest = `${algorithm}:${entry.name}`;
      if (isDigest(digest)) yield digest;
    }
  }
}
