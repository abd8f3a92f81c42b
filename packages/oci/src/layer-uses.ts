import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Digest } from './blobs.ts';
import { isDigest } from './digest.ts';

/** One image that was unpacked: its stacks of layers, lowest first, and the blobs it is made of. */
export interface LayerUse {
  chain: Digest[];
  blobs: Digest[];
}

/** A use as it is on the disk; `at` is the last time, ms since 1970. */
export interface NotedUse extends LayerUse {
  at: number;
  forget(): Promise<void>;
}

/**
 * When which image was last unpacked, in `layers-used/` beside the layers: it outlives a start of the machine, which
 * the layers do not. A lost or damaged note means only that its blobs stay.
 */
export async function noteUse(blobFolder: string, { chain, blobs }: LayerUse): Promise<void> {
  const top = chain.at(-1);
  if (top === undefined) return;
  const folder = usesFolder(blobFolder);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  // Writing it anew is what sets its time.
  await writeFile(join(folder, top.replace(':', '-')), JSON.stringify({ chain, blobs }), { mode: 0o600 });
}

export async function notedUses(blobFolder: string): Promise<NotedUse[]> {
  const folder = usesFolder(blobFolder);
  const uses: NotedUse[] = [];
  for (const name of await readdir(folder).catch(() => [])) {
    const path = join(folder, name);
    const use = parse(await readFile(path, 'utf8').catch(() => ''));
    const times = await stat(path).catch(() => undefined);
    if (use && times) uses.push({ ...use, at: times.mtimeMs, forget: () => rm(path, { force: true }) });
  }
  return uses;
}

function usesFolder(blobFolder: string): string {
  return join(blobFolder, 'layers-used');
}

function parse(text: string): LayerUse | undefined {
  try {
    const { chain, blobs } = JSON.parse(text) as Partial<LayerUse>;
    return isDigests(chain) && isDigests(blobs) ? { chain, blobs } : undefined;
  } catch {
    return undefined;
  }
}

function isDigests(value: unknown): value is Digest[] {
  return Array.isArray(value) && value.every(each => typeof each === 'string' && isDigest(each));
}
