import { rm } from 'node:fs/promises';
import type { BlobStore } from './blobs.ts';
import type { RunWork } from './layers.ts';
import type { Packed, PackInput } from './pack-worker.ts';

export type { Packed } from './pack-worker.ts';

export interface PackOptions extends Omit<PackInput, 'target' | 'limitBytes'> {
  blobs: BlobStore;
  run: RunWork;
  timeoutMs: number;
  limitBytes?: number;
}

const LIMIT_BYTES = 16 * 2 ** 30;

/** Makes an uncompressed layer of a folder, off the main thread, and puts it into the blob store. */
export async function pack({ blobs, run, timeoutMs, ...rest }: PackOptions): Promise<Packed> {
  const target = blobs.staging();
  const input: PackInput = { limitBytes: LIMIT_BYTES, ...rest, target };
  try {
    const module = new URL('./pack-worker.ts', import.meta.url);
    const packed = await run<Packed>({ module, task: 'packLayer', input, timeoutMs });
    await blobs.adopt(target, packed);
    return packed;
  } catch (error) {
    await rm(target, { force: true });
    throw error;
  }
}
