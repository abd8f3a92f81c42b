import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { SlipwayError } from '@slipway/api';
import type { Algorithm, Digest } from './blobs.ts';

/** The disk starts writing this early, so that the last sync has little left to do. */
const EARLY_SYNC_BYTES = 16 << 20;
/** Small pieces are gathered, for each write costs a trip to the thread pool. */
const GATHER_BYTES = 1 << 20;

/**
 * Appends a stream to an open file while hashing it. Several streams may follow one another.
 * @example
 * const writer = blobWriter(handle, { limit: 1 << 30 });
 * await writer.append(request);
 * const { digest, size } = await writer.finish();
 */
export interface BlobWriter {
  /** Rejects with `BlobTooLarge` at the first byte beyond the limit. */
  append(content: AsyncIterable<Uint8Array>): Promise<void>;
  /** All that was appended is on the disk. */
  sync(): Promise<void>;
  finish(): Promise<{ digest: Digest; size: number }>;
  readonly size: number;
  readonly algorithm: Algorithm;
}

/** `position`: behind what the file already holds, which is then not part of the digest. */
export function blobWriter(
  handle: FileHandle,
  options: { limit?: number; position?: number; algorithm?: Algorithm } = {},
): BlobWriter {
  const algorithm = options.algorithm ?? 'sha256';
  const hash = createHash(algorithm);
  const limit = options.limit ?? Number.POSITIVE_INFINITY;
  let position = options.position ?? 0;
  let unsynced = 0;
  let early: Promise<unknown> = Promise.resolve();

  async function flush(pieces: Uint8Array[], bytes: number): Promise<void> {
    await writeFully(handle, pieces, bytes, position);
    position += bytes;
    unsynced += bytes;
    if (unsynced < EARLY_SYNC_BYTES) return;
    unsynced = 0;
    await early;
    // A failure shows again in the last sync, which is awaited.
    early = handle.datasync().catch(() => {});
  }

  async function append(content: AsyncIterable<Uint8Array>): Promise<void> {
    let pieces: Uint8Array[] = [];
    let gathered = 0;
    let writing: Promise<void> = Promise.resolve();
    for await (const piece of content) {
      gathered += piece.byteLength;
      if (position + gathered > limit) {
        await writing;
        throw new SlipwayError(
          'BlobTooLarge',
          `blob: more than ${limit} bytes; raise the limit or push less`,
        );
      }
      hash.update(piece);
      pieces.push(piece);
      if (gathered < GATHER_BYTES) continue;
      await writing;
      writing = flush(pieces, gathered);
      // Awaited before the next one; this only keeps an early failure from being unhandled.
      writing.catch(() => {});
      pieces = [];
      gathered = 0;
    }
    await writing;
    if (gathered > 0) await flush(pieces, gathered);
  }

  async function sync(): Promise<void> {
    await early;
    await handle.datasync();
  }

  async function finish(): Promise<{ digest: Digest; size: number }> {
    await sync();
    return { digest: `${algorithm}:${hash.digest('hex')}`, size: position };
  }

  return {
    append,
    sync,
    finish,
    algorithm,
    get size() {
      return position;
    },
  };
}

async function writeFully(
  handle: FileHandle,
  pieces: Uint8Array[],
  bytes: number,
  position: number,
): Promise<void> {
  const { bytesWritten } = await handle.writev(pieces, position);
  if (bytesWritten === bytes) return;
  const rest = Buffer.concat(pieces).subarray(bytesWritten);
  await writeFully(handle, [rest], rest.byteLength, position + bytesWritten);
}
