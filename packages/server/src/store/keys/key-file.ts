import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { type KeyProvider, type Random, SlipwayError } from '@slipway/api';
import { secretKeys } from './secret-keys.ts';

interface KeyFile {
  version: 1;
  /** Keys that wrap data keys, oldest first; the last one is current. base64 */
  keys: { id: string; secret: string }[];
  /** Secrets for one purpose are derived from this; it outlives rotation. base64 */
  root: string;
}

/**
 * Keys in a 0600 file that lies outside the data folder; made when missing.
 * @throws SlipwayError KeyFileUnsafe when others may read it, KeyFileDamaged when it is no key file
 */
export function openKeyFile(options: { path: string; random: Random }): KeyProvider {
  const file = readKeyFile(options.path) ?? createKeyFile(options);
  return providerOf(file, options);
}

/** Adds a new current key; what older ones wrapped stays readable and is wrapped anew when the store opens. */
export function rotateKeyFile(options: { path: string; random: Random }): KeyProvider {
  const file = readKeyFile(options.path) ?? createKeyFile(options);
  const rotated: KeyFile = { ...file, keys: [...file.keys, newKey(options.random)] };
  writeKeyFile(options.path, rotated);
  return providerOf(rotated, options);
}

function newKey(random: Random): { id: string; secret: string } {
  return { id: random.uuid(), secret: Buffer.from(random.bytes(32)).toString('base64') };
}

function readKeyFile(path: string): KeyFile | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const mode = statSync(path).mode & 0o077;
  if (mode !== 0) {
    throw new SlipwayError(
      'KeyFileUnsafe',
      `keys: others may read the key file: "${path}"; run chmod 600 on it, and rotate if anybody could have`,
    );
  }
  try {
    const file = JSON.parse(text) as KeyFile;
    if (file.version === 1 && file.keys.length > 0 && file.root) return file;
  } catch {
    // told below
  }
  throw new SlipwayError(
    'KeyFileDamaged',
    `keys: not a key file: "${path}"; restore it from where you keep keys`,
  );
}

function createKeyFile({ path, random }: { path: string; random: Random }): KeyFile {
  const root = Buffer.from(random.bytes(32)).toString('base64');
  const file: KeyFile = { version: 1, keys: [newKey(random)], root };
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeKeyFile(path, file);
  return file;
}

function writeKeyFile(path: string, file: KeyFile): void {
  writeFileSync(`${path}.new`, `${JSON.stringify(file)}\n`, { mode: 0o600, flush: true });
  renameSync(`${path}.new`, path);
}

function providerOf(file: KeyFile, { path, random }: { path: string; random: Random }): KeyProvider {
  return secretKeys({
    keys: file.keys.map(({ id, secret }) => ({ id, secret: Buffer.from(secret, 'base64') })),
    root: Buffer.from(file.root, 'base64'),
    origin: `"${path}"`,
    random,
  });
}
