import { createHash } from 'node:crypto';
import type { KeyProvider } from '@slipway/api';

/** Derives from a word; wraps nothing. */
export function wordKeys(word: string): KeyProvider {
  const refuse = async (): Promise<never> => {
    throw new Error('these keys only derive');
  };
  return {
    keyId: word,
    encrypt: refuse,
    decrypt: refuse,
    derive: async purpose => createHash('sha256').update(`${word} ${purpose}`).digest(),
  };
}
