import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { writeWhole } from '@slipway/oci';

/** Packed charts by their SHA-256, and which of them a version of a repository is. May be removed at any time. */
export interface ChartCache {
  /** The digest of a version that was fetched before. */
  known(reference: string): Promise<string | undefined>;
  /** The bytes of a digest; undefined when they are not here, or no longer what they were. */
  read(digest: string): Promise<Buffer | undefined>;
  /** Keeps bytes for a reference; their digest. */
  keep(reference: string, bytes: Buffer): Promise<string>;
  forget(reference: string): Promise<void>;
}

const MOST_BYTES = 1024 ** 3;

export function chartCache(folder: string): ChartCache {
  const referenceFile = (reference: string) => join(folder, 'versions', sha256(reference));
  const chartFile = (digest: string) => join(folder, 'sha256', digest);
  return {
    known: async reference => {
      const text = await readFile(referenceFile(reference), 'utf8').catch(() => '');
      return /^[0-9a-f]{64}$/.test(text) ? text : undefined;
    },
    read: async digest => {
      const bytes = await readFile(chartFile(digest)).catch(() => undefined);
      if (!bytes || sha256(bytes) === digest) return bytes;
      // A disk's fault, or somebody's hand: fetched anew by whoever asked.
      await rm(chartFile(digest), { force: true });
      return undefined;
    },
    keep: async (reference, bytes) => {
      const digest = sha256(bytes);
      await write(chartFile(digest), bytes);
      await write(referenceFile(reference), Buffer.from(digest));
      await forgetOldest(join(folder, 'sha256'), digest);
      return digest;
    },
    forget: reference => rm(referenceFile(reference), { force: true }),
  };
}

export function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

async function write(path: string, bytes: Buffer): Promise<void> {
  await mkdir(join(path, '..'), { recursive: true, mode: 0o700 });
  await writeWhole(path, bytes, { durable: false });
}

async function forgetOldest(folder: string, keep: string): Promise<void> {
  const files = await Promise.all(
    (await readdir(folder)).map(async name => {
      const found = await stat(join(folder, name)).catch(() => undefined);
      return { name, size: found?.size ?? 0, at: found?.mtimeMs ?? 0 };
    }),
  );
  let bytes = files.reduce((sum, { size }) => sum + size, 0);
  for (const { name, size } of files.sort((a, b) => a.at - b.at)) {
    if (bytes <= MOST_BYTES) return;
    if (name === keep) continue;
    await rm(join(folder, name), { force: true });
    bytes -= size;
  }
}
