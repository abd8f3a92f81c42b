// The authority at rest: its certificates in the open, its private key sealed.
import { open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { type Folder, type KeyProvider, messageOf, SlipwayError } from '@slipway/api';

const FILE = 'authority.json';

export interface AuthorityState {
  /** PEM, the present root first. */
  certificates: string[];
  /** PEM of the private key (PKCS#8). */
  key: string;
}

interface Stored {
  format: 1;
  certificates: string[];
  key: { keyId: string; data: string };
}

/** The stored authority; undefined when there never was one. A damaged one is an error, never replaced. */
export async function readAuthority(folder: Folder, keys: KeyProvider): Promise<AuthorityState | undefined> {
  const path = join(folder.path, FILE);
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw unreadable(path, error);
  });
  if (text === undefined) return undefined;
  const stored = parse(path, text);
  const sealed = { keyId: stored.key.keyId, data: Buffer.from(stored.key.data, 'base64') };
  const plain = await keys.decrypt(sealed).catch(error => {
    throw unreadable(path, error);
  });
  const state = { certificates: stored.certificates, key: Buffer.from(plain).toString('utf8') };
  if (stored.key.keyId !== keys.keyId) await writeAuthority(folder, keys, state);
  return state;
}

function parse(path: string, text: string): Stored {
  try {
    const value = JSON.parse(text) as Partial<Stored>;
    if (value.format === 1 && Array.isArray(value.certificates) && value.key) return value as Stored;
  } catch (error) {
    throw unreadable(path, error);
  }
  throw unreadable(path, new Error('it is not an authority of format 1'));
}

/** Replaces the file in one step; it is on disk when this resolves. */
export async function writeAuthority(
  folder: Folder,
  keys: KeyProvider,
  state: AuthorityState,
): Promise<void> {
  const sealed = await keys.encrypt(Buffer.from(state.key, 'utf8'));
  const stored: Stored = {
    format: 1,
    certificates: state.certificates,
    key: { keyId: sealed.keyId, data: Buffer.from(sealed.data).toString('base64') },
  };
  const path = join(folder.path, FILE);
  const file = await open(`${path}.new`, 'w', 0o600);
  try {
    await file.writeFile(`${JSON.stringify(stored, null, 2)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}.new`, path);
  const directory = await open(folder.path, 'r');
  await directory.sync().finally(() => directory.close());
}

function unreadable(path: string, cause: unknown): SlipwayError {
  return new SlipwayError(
    'AuthorityUnreadable',
    `local certificate authority: ${path}: ${messageOf(cause)}; restore the file or the platform's key, ` +
      'or move the file away to start a new authority that every client must trust anew',
    { cause },
  );
}
