import { createPrivateKey, createPublicKey, diffieHellman, type KeyObject } from 'node:crypto';
import { SlipwayError } from '@slipway/api';
import { decodeBech32, encodeBech32 } from './bech32.ts';
import { base64, derived, type Stanza, unwrapKey, wrapKey } from './stanza.ts';

// DER before the 32 bytes of an X25519 key (RFC 8410).
const PUBLIC = Buffer.from('302a300506032b656e032100', 'hex');
const PRIVATE = Buffer.from('302e020100300506032b656e04220420', 'hex');
const INFO = 'age-encryption.org/v1/X25519';

function publicKey(bytes: Uint8Array): KeyObject {
  return createPublicKey({ key: Buffer.concat([PUBLIC, bytes]), format: 'der', type: 'spki' });
}

function privateKey(bytes: Uint8Array): KeyObject {
  return createPrivateKey({ key: Buffer.concat([PRIVATE, bytes]), format: 'der', type: 'pkcs8' });
}

function publicBytes(key: KeyObject): Buffer {
  return createPublicKey(key as never)
    .export({ format: 'der', type: 'spki' })
    .subarray(PUBLIC.length);
}

/** @throws SlipwayError RecipientInvalid for anything but `age1…` */
export function recipientBytes(text: string): Uint8Array {
  const bytes = decodeBech32('age', text.trim());
  if (bytes?.length === 32) return bytes;
  throw new SlipwayError(
    'RecipientInvalid',
    `recipient ${JSON.stringify(text)}: not a public key of age ("age1…", as age-keygen prints it)`,
  );
}

/** @throws SlipwayError IdentityInvalid when no line of the text is a secret key */
export function identityBytes(text: string): Uint8Array {
  const line = text.split(/\r?\n/).find(each => /^AGE-SECRET-KEY-1/i.test(each.trim()));
  const bytes = line && decodeBech32('age-secret-key-', line.trim());
  if (bytes && bytes.length === 32) return bytes;
  throw new SlipwayError(
    'IdentityInvalid',
    'identity file: no line of it is a secret key of age ("AGE-SECRET-KEY-1…")',
  );
}

/** The recipient of a secret key, as `age-keygen -y` prints it. */
export function recipientOf(identity: Uint8Array): string {
  return encodeBech32('age', publicBytes(privateKey(identity)));
}

/** `ephemeral`: 32 random bytes, used once. */
export function wrapForRecipient(fileKey: Uint8Array, recipient: Uint8Array, ephemeral: Uint8Array): Stanza {
  const mine = privateKey(ephemeral);
  const share = publicBytes(mine);
  const secret = diffieHellman({ privateKey: mine, publicKey: publicKey(recipient) });
  const key = derived(secret, Buffer.concat([share, recipient]), INFO);
  return { args: ['X25519', base64(share)], body: wrapKey(key, fileKey) };
}

export function unwrapWithIdentity(stanza: Stanza, identity: Uint8Array): Buffer | undefined {
  const share = Buffer.from(stanza.args[1] ?? '', 'base64');
  if (stanza.args[0] !== 'X25519' || share.length !== 32) return undefined;
  const mine = privateKey(identity);
  const secret = diffieHellman({ privateKey: mine, publicKey: publicKey(share) });
  return unwrapKey(derived(secret, Buffer.concat([share, publicBytes(mine)]), INFO), stanza.body);
}
