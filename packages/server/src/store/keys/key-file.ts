import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { type KeyProvider, type Random, SlipwayError } from '@slipway/api';

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
  const current = file.keys.at(-1)?.id ?? '';
  const secretOf = (id: string): Buffer => {
    const key = file.keys.find(candidate => candidate.id === id);
    if (key) return Buffer.from(key.secret, 'base64');
    throw new SlipwayError(
      'KeyMissing',
      `keys: no key ${id} in "${path}"; give the key file this data was written with`,
    );
  };
  return {
    keyId: current,
    async encrypt(plain) {
      const iv = random.bytes(12);
      const cipher = createCipheriv('aes-256-gcm', secretOf(current), iv);
      const sealed = [iv, cipher.update(plain), cipher.final()];
      return { keyId: current, data: Buffer.concat([...sealed, cipher.getAuthTag()]) };
    },
    async decrypt({ keyId, data }) {
      const decipher = createDecipheriv('aes-256-gcm', secretOf(keyId), data.subarray(0, 12));
      decipher.setAuthTag(data.subarray(data.length - 16));
      return Buffer.concat([decipher.update(data.subarray(12, data.length - 16)), decipher.final()]);
    },
    async derive(purpose) {
      return new Uint8Array(hkdfSync('sha256', Buffer.from(file.root, 'base64'), '', purpose, 32));
    },
  };
}
