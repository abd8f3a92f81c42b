import { encodeBase64 } from './base-coding.ts';

export interface PemBlock {
  /** `CERTIFICATE`, `RSA PRIVATE KEY`. */
  type: string;
  bytes: Uint8Array;
}

export function encodePem({ type, bytes }: PemBlock): string {
  const lines = encodeBase64(bytes).match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${type}-----`, ...lines, `-----END ${type}-----`, ''].join('\n');
}

/** The first block of a text. */
export function decodePem(text: string): PemBlock | undefined {
  const [, type, body] = /-----BEGIN ([^\n]*?)-----\r?\n([^-]*)-----END \1-----/.exec(text) ?? [];
  if (type === undefined || body === undefined) return undefined;
  const base64 = body.replace(/^[^\n]*:[^\n]*\n/gm, '').replace(/\s/g, '');
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(base64)) return undefined;
  return { type, bytes: Buffer.from(base64, 'base64') };
}
