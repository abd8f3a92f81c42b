import { createHash } from 'node:crypto';
import { SlipwayError } from '@slipway/api';
import type { Digest } from './blobs.ts';

const SHA256 = /^sha256:[0-9a-f]{64}$/;

/** Digest of exactly these bytes. Text is taken as UTF-8. */
export function digestOf(bytes: Uint8Array | string): Digest {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

/** True for `sha256:` and 64 lower-case hex digits, the one algorithm that is supported. */
export function isDigest(text: string): text is Digest {
  return SHA256.test(text);
}

/** @throws SlipwayError `DigestInvalid` naming the text */
export function parseDigest(text: string): Digest {
  if (isDigest(text)) return text;
  throw new SlipwayError('DigestInvalid', `digest: ${JSON.stringify(text)}: not "sha256:" and 64 hex digits`);
}
