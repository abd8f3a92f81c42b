import {
  chmod,
  mkdir,
  readdir,
  readFile,
  readlink,
  rename,
  rm,
  symlink,
  unlink,
  writeFile,
} from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Payload } from './payload.ts';

const DATA = '..data';

/**
 * Puts files into a volume so that a reader sees all of the old or all of the new: they lie in a folder of their own,
 * `..data` links to it, and each visible name leads through that link (upstream's AtomicWriter). Resolves with whether
 * anything changed.
 */
export async function writeAtomically(folder: string, payload: Payload, version: string): Promise<boolean> {
  await mkdir(folder, { recursive: true });
  const before = await readlink(join(folder, DATA)).catch(() => undefined);
  if (before !== undefined && (await isSame(join(folder, before), payload))) return false;
  const name = `..${version}`;
  for (const [path, { content, mode }] of payload) {
    const file = join(folder, name, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
    await chmod(file, mode);
  }
  await mkdir(join(folder, name), { recursive: true });
  await chmod(join(folder, name), 0o755);
  await symlink(name, join(folder, `${DATA}_tmp`));
  await rename(join(folder, `${DATA}_tmp`), join(folder, DATA));
  await showNames(folder, payload);
  if (before !== undefined) await rm(join(folder, before), { recursive: true, force: true });
  return true;
}

/** One link for each first segment; those that are gone are removed. */
async function showNames(folder: string, payload: Payload): Promise<void> {
  const wanted = new Set([...payload.keys()].map(path => path.split('/')[0] ?? path));
  const present = (await readdir(folder)).filter(name => !name.startsWith('..'));
  for (const name of present) if (!wanted.has(name)) await unlink(join(folder, name));
  for (const name of wanted) if (!present.includes(name)) await symlink(join(DATA, name), join(folder, name));
}

async function isSame(folder: string, payload: Payload): Promise<boolean> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  if (entries.filter(entry => entry.isFile()).length !== payload.size) return false;
  for (const [path, { content }] of payload) {
    const present = await readFile(join(folder, path)).catch(() => undefined);
    if (!present?.equals(content)) return false;
  }
  return true;
}
