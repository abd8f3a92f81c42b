import { createHash } from 'node:crypto';
import type { Clock, Random } from '@slipway/api';
import type { Client } from '@slipway/client';
import { Token } from '@slipway/kinds';

const LONGEST_DAYS = 366;
const DAY_MS = 24 * 3600 * 1000;

/** What a Token object holds of the secret part: its SHA-256, in hexadecimal. The secret has 256 random bits. */
export function tokenHash(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/**
 * Makes a token for scripts: `slp_<id>_<secret>`. It is returned once and kept nowhere.
 * @throws StatusError when the client may not create Tokens
 */
export async function createToken(options: {
  client: Client;
  clock: Clock;
  random: Random;
  id?: string;
  user: string;
  description?: string;
  /** Names of TOKEN_SCOPES; none: everything that its person may do. */
  scopes?: string[];
  /** At most 366 days. */
  ttlMs: number;
}): Promise<{ token: string; id: string; expiresAt: string }> {
  const { client, clock, random, user, description, scopes = [] } = options;
  const id = options.id ?? newTokenId(random);
  const secret = Buffer.from(random.bytes(32)).toString('base64url').replaceAll('_', '.');
  const ttlMs = Math.min(options.ttlMs, LONGEST_DAYS * DAY_MS);
  const expiresAt = new Date(clock.now() + ttlMs).toISOString();
  await client.create(Token, {
    apiVersion: 'identity.slipway.dev/v1alpha1',
    kind: 'Token',
    metadata: { name: id },
    spec: {
      user,
      hash: tokenHash(secret),
      expiresAt,
      ...(description ? { description } : {}),
      ...(scopes.length > 0 ? { scopes } : {}),
    },
  });
  return { token: `slp_${id}_${secret}`, id, expiresAt };
}

/** Name of a new Token; it is no secret. */
export function newTokenId(random: Random): string {
  return Buffer.from(random.bytes(8)).toString('hex');
}

/** The two parts of a token's text; undefined when it has another form. */
export function parseToken(text: string): { id: string; secret: string } | undefined {
  const match = /^slp_([a-z0-9-]{1,63})_([A-Za-z0-9.-]{20,100})$/.exec(text);
  return match?.[1] && match[2] ? { id: match[1], secret: match[2] } : undefined;
}
