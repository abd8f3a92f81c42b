import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Digest, writeWhole } from '@slipway/oci';

/** Which image a name stood for when it was last pulled; what `IfNotPresent` and `Never` go by. */
export interface ImageNames {
  get(name: string): Digest | undefined;
  set(name: string, digest: Digest): Promise<void>;
}

/** Kept in a file: losing it only means that names are asked for again. */
export async function openImageNames(folder: string): Promise<ImageNames> {
  const file = join(folder, 'images.json');
  const names = new Map<string, Digest>(await read(file));
  let last = Promise.resolve();
  return {
    get: name => names.get(name),
    set: (name, digest) => {
      if (names.get(name) === digest) return last;
      names.set(name, digest);
      last = last.then(() => write(file, names)).catch(() => {});
      return last;
    },
  };
}

async function read(file: string): Promise<[string, Digest][]> {
  try {
    return Object.entries(JSON.parse(await readFile(file, 'utf8')) as Record<string, Digest>);
  } catch {
    return [];
  }
}

async function write(file: string, names: Map<string, Digest>): Promise<void> {
  await writeWhole(file, JSON.stringify(Object.fromEntries(names)), { durable: false });
}
