import { generateKeyPair, type KeyObject } from 'node:crypto';
import { open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  type Clock,
  type Folder,
  type KeyProvider,
  messageOf,
  type Random,
  SlipwayError,
} from '@slipway/api';
import type { JWK } from 'jose';

const DAY_MS = 24 * 3600 * 1000;
const ROTATE_MS = 90 * DAY_MS;
/** Longer than any token lives. */
const KEEP_OLD_MS = 2 * DAY_MS;
const FILE = 'signing-keys.json';
const generate = promisify(generateKeyPair);

/** Private JWKs, the present ones first: one for RS256 (what Keycloak's clients expect) and one for ES256. */
export interface SigningKeys {
  jwks: { keys: JWK[] };
  /** When to open them again for the next ones. */
  rotateAt: number;
}

interface Generation {
  createdAt: number;
  keys: JWK[];
}

/** Opens the keys, makes the first ones, rotates them after 90 days; old ones go on verifying for two days. */
export async function openSigningKeys(options: {
  folder: Folder;
  keys: KeyProvider;
  clock: Clock;
  random: Random;
}): Promise<SigningKeys> {
  const { clock } = options;
  const stored = await read(options);
  const newest = stored[0];
  const isDue = newest === undefined || clock.now() - newest.createdAt >= ROTATE_MS;
  const generations = isDue ? [await makeGeneration(options), ...stored] : stored;
  // An old generation counts from when the next one replaced it.
  const kept = generations.filter((_, index) => {
    const replacedAt = generations[index - 1]?.createdAt;
    return replacedAt === undefined || clock.now() - replacedAt < KEEP_OLD_MS;
  });
  if (isDue || kept.length !== stored.length) await write(options, kept);
  return {
    jwks: { keys: kept.flatMap(generation => generation.keys) },
    rotateAt: (kept[0]?.createdAt ?? clock.now()) + ROTATE_MS,
  };
}

async function makeGeneration({ clock, random }: { clock: Clock; random: Random }): Promise<Generation> {
  const [rsa, ec] = await Promise.all([
    generate('rsa', { modulusLength: 2048 }),
    generate('ec', { namedCurve: 'P-256' }),
  ]);
  const jwk = (key: KeyObject, alg: string): JWK => ({
    ...(key.export({ format: 'jwk' }) as JWK),
    kid: Buffer.from(random.bytes(16)).toString('base64url'),
    use: 'sig',
    alg,
  });
  return { createdAt: clock.now(), keys: [jwk(rsa.privateKey, 'RS256'), jwk(ec.privateKey, 'ES256')] };
}

async function read({ folder, keys }: { folder: Folder; keys: KeyProvider }): Promise<Generation[]> {
  const path = join(folder.path, FILE);
  try {
    const { keyId, data } = JSON.parse(await readFile(path, 'utf8')) as { keyId: string; data: string };
    const plain = await keys.decrypt({ keyId, data: Buffer.from(data, 'base64') });
    return JSON.parse(Buffer.from(plain).toString('utf8')) as Generation[];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    const message = `signing keys: ${path}: ${messageOf(error)}; restore it, or move it away to sign everybody out`;
    throw new SlipwayError('SigningKeysUnreadable', message, { cause: error });
  }
}

async function write(
  options: { folder: Folder; keys: KeyProvider },
  generations: Generation[],
): Promise<void> {
  const { keyId, data } = await options.keys.encrypt(Buffer.from(JSON.stringify(generations)));
  const path = join(options.folder.path, FILE);
  const file = await open(`${path}.new`, 'w', 0o600);
  try {
    await file.writeFile(JSON.stringify({ format: 1, keyId, data: Buffer.from(data).toString('base64') }));
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}.new`, path);
  // The name is on the disk when its folder is.
  const folder = await open(options.folder.path, 'r');
  await folder.sync().finally(() => folder.close());
}
