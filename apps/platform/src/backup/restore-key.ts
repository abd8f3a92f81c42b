import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Random, SlipwayError } from '@slipway/api';
import { type ArchiveManifest, hasMac, readPart } from '@slipway/oci';
import { decryptAge, type Opener } from '../age/age-file.ts';
import { macWith, WRAPPED_KEY } from './backup-format.ts';

export interface RestoreKeyOptions {
  file: string;
  manifest: ArchiveManifest;
  /** The platform's. */
  id: string;
  keysFolder: string;
  opener: Opener | undefined;
  random: Random;
}

/** The platform's key, in a file of its own until `keep` puts it where the platform looks for it. */
export interface RestoredKey {
  path: string;
  keep(): Promise<void>;
  discard(): Promise<void>;
}

/**
 * Opens the key of a backup, or takes the one this machine has; then shows by it that nobody without the key changed
 * the manifest.
 * @throws SlipwayError KeyMissing, KeyDiffers, AgeLocked, ArchiveDamaged
 */
export async function restoreKey(options: RestoreKeyOptions): Promise<RestoredKey> {
  const { file, manifest, id, keysFolder, opener, random } = options;
  const path = join(keysFolder, id);
  const present = await readFile(path, 'utf8').catch(() => undefined);
  const key = opener ? await opened(options, opener) : undefined;
  if (!key && present === undefined) throw missing(options);
  const draft = `${path}.${process.pid}.restoring`;
  const discard = () => rm(draft, { force: true });
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  // What the machine has may be newer: it opens older data, too, unless it is another platform's.
  const text = present !== undefined && (!key || holdsAll(present, key)) ? present : key;
  if (present !== undefined && text !== present) throw differs(path);
  await writeFile(draft, text ?? '', { mode: 0o600, flush: true });
  try {
    if (!hasMac(manifest, await macWith(draft, random))) throw foreign(file);
  } catch (error) {
    await discard();
    throw error;
  }
  return { path: draft, discard, keep: () => (present === undefined ? rename(draft, path) : discard()) };
}

async function opened({ file, manifest }: RestoreKeyOptions, opener: Opener): Promise<string> {
  const wrapped = await readPart(file, manifest, WRAPPED_KEY);
  if (wrapped) return (await decryptAge(wrapped, opener)).toString();
  throw new SlipwayError(
    'KeyMissing',
    `restore: "${file}" holds no key (it was made with --without-keys); put the platform's key file in place and leave the passphrase out`,
  );
}

/** Whether the first key file has every key of the second, and derives the same secrets. */
function holdsAll(present: string, wanted: string): boolean {
  const [have, need] = [keysOf(present), keysOf(wanted)];
  return have.root === need.root && need.ids.every(id => have.ids.includes(id));
}

function keysOf(text: string): { root: unknown; ids: unknown[] } {
  try {
    const { root, keys } = JSON.parse(text) as { root?: unknown; keys?: { id?: unknown }[] };
    return { root, ids: (keys ?? []).map(({ id }) => id) };
  } catch {
    return { root: undefined, ids: [] };
  }
}

function missing({ file, manifest, keysFolder, id }: RestoreKeyOptions): SlipwayError {
  const wrapped = manifest.parts.some(part => part.name === WRAPPED_KEY);
  return new SlipwayError(
    'KeyMissing',
    wrapped
      ? `restore: the key in "${file}" is locked; give --passphrase-file or --identity-file`
      : `restore: "${file}" holds no key, and this machine has none for platform ${id}; put its key file to ${join(keysFolder, id)}`,
  );
}

function differs(path: string): SlipwayError {
  return new SlipwayError(
    'KeyDiffers',
    `restore: "${path}" is another key than the backup's, or an older one; move it away first`,
  );
}

function foreign(file: string): SlipwayError {
  return new SlipwayError(
    'ArchiveDamaged',
    `restore: the manifest of "${file}" was not written with this platform's key, or was changed since; nothing was written`,
  );
}

/** Whether a folder holds nothing, or is not there. @throws SlipwayError FolderNotEmpty */
export async function requireEmpty(folder: string, entries: () => Promise<string[]>): Promise<void> {
  const facts = await stat(folder).catch(() => undefined);
  if (!facts) return;
  const [first] = facts.isDirectory() ? await entries() : ['a file of that name'];
  if (first === undefined) return;
  throw new SlipwayError(
    'FolderNotEmpty',
    `restore: "${folder}" is not empty (${first}); give an empty or a new folder with --data`,
  );
}
