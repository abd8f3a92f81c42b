import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto';

/** One way to the file key: who it is for, and the key wrapped for them. */
export interface Stanza {
  /** `X25519` and the ephemeral share; `scrypt`, salt and work factor. */
  args: string[];
  body: Buffer;
}

const TAG = 16;
/** Each key wraps once only, so the nonce is zero (age, "X25519 recipient stanza"). */
const NONCE = Buffer.alloc(12);

export function wrapKey(key: Buffer, fileKey: Uint8Array): Buffer {
  const cipher = createCipheriv('chacha20-poly1305', key, NONCE, { authTagLength: TAG });
  return Buffer.concat([cipher.update(fileKey), cipher.final(), cipher.getAuthTag()]);
}

/** The file key, or undefined when it was wrapped with another. */
export function unwrapKey(key: Buffer, body: Buffer): Buffer | undefined {
  if (body.length !== 16 + TAG) return undefined;
  const decipher = createDecipheriv('chacha20-poly1305', key, NONCE, { authTagLength: TAG });
  decipher.setAuthTag(body.subarray(16));
  try {
    return Buffer.concat([decipher.update(body.subarray(0, 16)), decipher.final()]);
  } catch {
    return undefined;
  }
}

/** HKDF-SHA-256 to 32 bytes. */
export function derived(secret: Uint8Array, salt: Uint8Array, info: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, salt, info, 32));
}

/** base64 without padding, the only form age knows. */
export function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64').replace(/=+$/, '');
}
