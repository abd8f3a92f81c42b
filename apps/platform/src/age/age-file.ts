import { createCipheriv, createDecipheriv, createHmac, timingSafeEqual } from 'node:crypto';
import { type Random, SlipwayError } from '@slipway/api';
import { unwrapWithPassphrase, wrapWithPassphrase } from './passphrase.ts';
import { base64, derived, type Stanza } from './stanza.ts';
import { identityBytes, recipientBytes, unwrapWithIdentity, wrapForRecipient } from './x25519.ts';

/** Who will be able to open it. */
export type Lock = { passphrase: string } | { recipients: string[] };
/** What opens it; `identity` is the text of a file that age-keygen wrote. */
export type Opener = { passphrase: string } | { identity: string };

const VERSION = 'age-encryption.org/v1';
const CHUNK = 64 * 1024;
const TAG = 16;
const EMPTY = Buffer.alloc(0);

/**
 * Encrypts a short text (at most one chunk, 64 KiB) as a file of age version 1, which `age -d` opens, too
 * (https://age-encryption.org/v1).
 * @throws SlipwayError PassphraseWeak, RecipientInvalid
 */
export async function encryptAge(plain: Uint8Array, lock: Lock, random: Random): Promise<Buffer> {
  if (plain.length > CHUNK) throw new SlipwayError('AgeFileInvalid', `age: more than ${CHUNK} bytes`);
  const fileKey = random.bytes(16);
  const stanzas =
    'passphrase' in lock
      ? [await wrapWithPassphrase(fileKey, lock.passphrase, random.bytes(16))]
      : lock.recipients.map(each => wrapForRecipient(fileKey, recipientBytes(each), random.bytes(32)));
  const head = `${VERSION}\n${stanzas.map(stanzaText).join('')}---`;
  const nonce = random.bytes(16);
  const cipher = createCipheriv('chacha20-poly1305', derived(fileKey, nonce, 'payload'), lastNonce(), {
    authTagLength: TAG,
  });
  const sealed = [cipher.update(plain), cipher.final(), cipher.getAuthTag()];
  return Buffer.concat([Buffer.from(`${head} ${base64(macOf(fileKey, head))}\n`), nonce, ...sealed]);
}

/**
 * Opens what `encryptAge` or age itself wrote.
 * @throws SlipwayError AgeLocked when it was written for somebody else, AgeFileInvalid when it is damaged
 */
export async function decryptAge(file: Buffer, opener: Opener): Promise<Buffer> {
  const { stanzas, head, mac, payload } = parse(file);
  const fileKey = await fileKeyOf(stanzas, opener);
  if (!fileKey) throw new SlipwayError('AgeLocked', lockedText(stanzas, opener));
  const wanted = macOf(fileKey, head);
  if (mac.length !== wanted.length || !timingSafeEqual(mac, wanted)) throw damaged('its head was changed');
  const nonce = payload.subarray(0, 16);
  const sealed = payload.subarray(16);
  if (sealed.length < TAG || sealed.length > CHUNK + TAG) throw damaged('its content has no length of ours');
  const decipher = createDecipheriv('chacha20-poly1305', derived(fileKey, nonce, 'payload'), lastNonce(), {
    authTagLength: TAG,
  });
  decipher.setAuthTag(sealed.subarray(-TAG));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(0, -TAG)), decipher.final()]);
  } catch {
    throw damaged('its content was changed');
  }
}

async function fileKeyOf(stanzas: Stanza[], opener: Opener): Promise<Buffer | undefined> {
  const identity = 'identity' in opener ? identityBytes(opener.identity) : undefined;
  for (const stanza of stanzas) {
    const key =
      'passphrase' in opener
        ? await unwrapWithPassphrase(stanza, opener.passphrase)
        : identity && unwrapWithIdentity(stanza, identity);
    if (key) return key;
  }
  return undefined;
}

function lockedText(stanzas: Stanza[], opener: Opener): string {
  const byPassphrase = stanzas.some(({ args }) => args[0] === 'scrypt');
  if ('passphrase' in opener && byPassphrase) return 'the passphrase is wrong';
  if ('passphrase' in opener) return 'it was written for recipients: give the identity file of one of them';
  if (byPassphrase) return 'it was written with a passphrase: give the file that holds it';
  return 'it was written for other recipients than this identity';
}

function stanzaText({ args, body }: Stanza): string {
  // 64 characters on a line; the last one is shorter, and ends the stanza.
  const lines: string[] = [...(base64(body).match(/.{1,64}/g) ?? [])];
  if (lines.at(-1)?.length === 64) lines.push('');
  return `-> ${args.join(' ')}\n${lines.join('\n')}\n`;
}

function parse(file: Buffer): { stanzas: Stanza[]; head: string; mac: Buffer; payload: Buffer } {
  const end = file.indexOf('\n---');
  const lineEnd = file.indexOf('\n', end + 1);
  if (!file.subarray(0, VERSION.length + 1).equals(Buffer.from(`${VERSION}\n`)) || end < 0 || lineEnd < 0)
    throw damaged('it is no age file of version 1');
  const head = file.subarray(0, end + 4).toString('latin1');
  const mac = Buffer.from(file.subarray(end + 5, lineEnd).toString('latin1'), 'base64');
  const stanzas: Stanza[] = [];
  for (const line of head.split('\n').slice(1, -1)) {
    const last = stanzas.at(-1);
    if (line.startsWith('-> ')) stanzas.push({ args: line.slice(3).split(' '), body: EMPTY });
    else if (last) last.body = Buffer.concat([last.body, Buffer.from(line, 'base64')]);
  }
  return { stanzas, head, mac, payload: file.subarray(lineEnd + 1) };
}

function macOf(fileKey: Uint8Array, head: string): Buffer {
  return createHmac('sha256', derived(fileKey, EMPTY, 'header'))
    .update(head, 'latin1')
    .digest();
}

/** Of the first and last chunk: eleven bytes of a counter, and the mark of the last. */
function lastNonce(): Buffer {
  const nonce = Buffer.alloc(12);
  nonce[11] = 1;
  return nonce;
}

function damaged(problem: string): SlipwayError {
  return new SlipwayError('AgeFileInvalid', `age: damaged: ${problem}`);
}
