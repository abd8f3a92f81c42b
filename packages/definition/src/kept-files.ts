import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { writeWhole } from '@slipway/oci';
import { filesDigest, type SourceFile } from './source-digest.ts';

/** Where files are kept by their digest. */
export interface FileCache {
  /** Ours alone; what is there needs no network. */
  cacheFolder: string;
}

/** One file for each digest: a line of JSON that lists paths and sizes, then the bytes of all; gzipped. */
function keptPath(digest: string, { cacheFolder }: FileCache): string {
  return join(cacheFolder, 'releases', `${digest.replace('sha256:', '')}.gz`);
}

/** Files by their digest, as `keepFiles` left them; undefined when they are not there, or damaged. */
export async function keptFiles(digest: string, cache: FileCache): Promise<SourceFile[] | undefined> {
  const packed = await readFile(keptPath(digest, cache)).catch(error => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  });
  if (!packed) return undefined;
  const files = unpackFiles(packed);
  // A damaged cache is no reason to stop: it is fetched anew.
  return files && filesDigest(files) === digest ? files : undefined;
}

/** Keeps files by their digest, as whoever asks for them next finds them. */
export async function keepFiles(digest: string, files: SourceFile[], cache: FileCache): Promise<void> {
  const path = keptPath(digest, cache);
  await mkdir(join(cache.cacheFolder, 'releases'), { recursive: true, mode: 0o700 });
  await writeWhole(path, packFiles(files), { durable: false });
}

function packFiles(files: SourceFile[]): Buffer {
  const list = JSON.stringify(files.map(({ path, data }) => [path, data.length]));
  return gzipSync(Buffer.concat([Buffer.from(`${list}\n`), ...files.map(({ data }) => data)]));
}

function unpackFiles(packed: Buffer): SourceFile[] | undefined {
  try {
    const bytes = gunzipSync(packed, { maxOutputLength: 256 * 1024 * 1024 });
    const end = bytes.indexOf('\n');
    let at = end + 1;
    return (JSON.parse(bytes.subarray(0, end).toString()) as [string, number][]).map(([path, size]) => {
      at += size;
      return { path, data: bytes.subarray(at - size, at) };
    });
  } catch {
    return undefined;
  }
}
