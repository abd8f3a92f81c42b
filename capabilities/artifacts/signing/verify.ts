import { parseBundle } from './bundle.ts';
import { opened } from './dsse.ts';
import type { VerifyingKey } from './platform-key.ts';
import { isAbout, parseStatement, type Statement } from './statement.ts';

/** A statement that a key of ours signed about this very image. */
export interface Verified {
  statement: Statement;
  key: VerifyingKey;
}

/**
 * Opens a bundle: one of the keys signed it, and it speaks of this digest. Undefined when not.
 * @throws SlipwayError `BundleInvalid`, `StatementInvalid`
 */
export function verifyBundle(
  bytes: Uint8Array,
  { digest, keys }: { digest: string; keys: readonly VerifyingKey[] },
): Verified | undefined {
  const { dsseEnvelope } = parseBundle(bytes);
  for (const key of keys) {
    const payload = opened(dsseEnvelope, key);
    const statement = payload && parseStatement(payload);
    if (statement) return isAbout(statement, digest) ? { statement, key } : undefined;
  }
  return undefined;
}
