import { createHash } from 'node:crypto';
import { SlipwayError } from '@slipway/api';
import type { Algorithm, Digest } from './blobs.ts';

const DIGEST = /^(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/;

/** Digest of exactly these bytes. Text is taken as UTF-8. */
export function digestOf(bytes: Uint8Array | string, algorithm: Algorithm = 'sha256'): Digest {
  return `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}`;
}

/** True for `sha256:` with 64 and `sha512:` with 128 lower-case hex digits. */
export function isDigest(text: string): text is Digest {
  return DIGEST.test(text);
}

/** The hash that a digest names. */
export function algorithmOf(digest: Digest): Algorithm {
  return digest.startsWith('sha512:') ? 'sha512' : 'sha256';
}

/** @throws SlipwayError `DigestInvalid` naming the text */
export function parseDigest(text: string): Digest {
  if (isDigest(text)) return text;
  throw new SlipwayError(
    'DigestInvalid',
    `digest: ${JSON.stringify(text)}: not "sha256:" and 64 hex digits, nor "sha512:" and 128`,
  );
}
