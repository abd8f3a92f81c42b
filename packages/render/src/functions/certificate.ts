import type { KeyObject } from 'node:crypto';
import { GoError } from '../go-template/function.ts';
import { toBytes } from '../go-template/go-string.ts';
import { nodeCrypto } from '../node-crypto.ts';
import { bitString, der, integer, objectId, readDer, sequence } from './der.ts';
import { decodePem, encodePem } from './pem.ts';

export interface CertificateWish {
  commonName: string;
  ips: Uint8Array[];
  names: string[];
  isAuthority: boolean;
  serial: bigint;
  /** Seconds since 1970. */
  from: number;
  to: number;
}

/** Who signs: itself when there is no certificate of another. */
export interface Signer {
  key: KeyObject;
  certificate?: Uint8Array;
}

const [YES, NULL] = [der(0x01, Uint8Array.of(0xff)), der(0x05)];
const OIDS = {
  commonName: '2.5.4.3',
  keyUsage: '2.5.29.15',
  extendedKeyUsage: '2.5.29.37',
  basicConstraints: '2.5.29.19',
  subjectKeyId: '2.5.29.14',
  authorityKeyId: '2.5.29.35',
  alternativeNames: '2.5.29.17',
  serverAuth: '1.3.6.1.5.5.7.3.1',
  clientAuth: '1.3.6.1.5.5.7.3.2',
};
/** Signature algorithms, with the digest that Go chooses for a key. */
const ALGORITHMS: Record<string, { id: Uint8Array; digest: string | null }> = {
  rsa: { id: sequence(objectId('1.2.840.113549.1.1.11'), NULL), digest: 'sha256' },
  ec: { id: sequence(objectId('1.2.840.10045.4.3.2')), digest: 'sha256' },
  ed25519: { id: sequence(objectId('1.3.101.112')), digest: null },
};

/**
 * A certificate in PEM, as Go's `x509.CreateCertificate` makes it of sprig's template.
 * @throws GoError for a signer whose key is not the certificate's, or of a kind that cannot sign here
 */
export function createCertificate(wish: CertificateWish, subjectKey: KeyObject, signer: Signer): string {
  const algorithm = ALGORITHMS[signer.key.asymmetricKeyType ?? ''];
  if (!algorithm)
    throw new GoError('error creating certificate: x509: only RSA, ECDSA and Ed25519 keys supported');
  const publicKey = nodeCrypto().createPublicKey(subjectKey).export({ type: 'spki', format: 'der' });
  const subject = nameOf(wish.commonName);
  const issuer = signer.certificate ? issuerOf(signer.certificate, signer.key) : undefined;
  const body = sequence(
    der(0xa0, integer(2n)),
    integer(wish.serial),
    algorithm.id,
    issuer?.subject ?? subject,
    sequence(time(wish.from), time(wish.to)),
    subject,
    publicKey,
    der(0xa3, sequence(...extensions(wish, publicKey, issuer))),
  );
  const signature = nodeCrypto().sign(algorithm.digest, body, signer.key);
  return encodePem({ type: 'CERTIFICATE', bytes: sequence(body, algorithm.id, bitString(signature)) });
}

function nameOf(commonName: string): Uint8Array {
  if (commonName === '') return sequence();
  const tag = /^[A-Za-z0-9 '()+,\-./:=?*&]*$/.test(commonName) ? 0x13 : 0x0c;
  return sequence(der(0x31, sequence(objectId(OIDS.commonName), der(tag, toBytes(commonName)))));
}

function time(seconds: number): Uint8Array {
  const text = new Date(seconds * 1000).toISOString().replace(/[-:T]|\.\d+/g, '');
  const isShort = Number(text.slice(0, 4)) < 2050;
  return der(isShort ? 0x17 : 0x18, Buffer.from(isShort ? text.slice(2) : text));
}

interface Issuer {
  subject: Uint8Array;
  keyId: Uint8Array | undefined;
}

function issuerOf(certificate: Uint8Array, key: KeyObject): Issuer {
  const [outer] = readDer(certificate);
  const [body] = readDer(outer?.content ?? new Uint8Array());
  const fields = readDer(body?.content ?? new Uint8Array()).filter(({ tag }) => tag !== 0xa0);
  const own = nodeCrypto().createPublicKey(key).export({ type: 'spki', format: 'der' });
  if (!fields[5] || !own.equals(fields[5].whole))
    throw new GoError(
      "error creating certificate: x509: provided PrivateKey doesn't match parent's PublicKey",
    );
  const found = readDer(body?.content ?? new Uint8Array()).find(({ tag }) => tag === 0xa3);
  return { subject: fields[4]?.whole ?? sequence(), keyId: keyIdOf(found?.content ?? new Uint8Array()) };
}

function keyIdOf(extensionBlock: Uint8Array): Uint8Array | undefined {
  const [list] = readDer(extensionBlock);
  const id = objectId(OIDS.subjectKeyId);
  for (const { content } of readDer(list?.content ?? new Uint8Array())) {
    const parts = readDer(content);
    if (!parts[0] || !Buffer.from(id).equals(parts[0].whole)) continue;
    return readDer(parts.at(-1)?.content ?? new Uint8Array())[0]?.content;
  }
  return undefined;
}

function extension(oid: string, critical: boolean, value: Uint8Array): Uint8Array {
  return sequence(objectId(oid), ...(critical ? [YES] : []), der(0x04, value));
}

function extensions(wish: CertificateWish, publicKey: Uint8Array, issuer: Issuer | undefined): Uint8Array[] {
  const { isAuthority, ips, names } = wish;
  // Digital signature and key encipherment; an authority signs certificates, too.
  const usage = isAuthority ? bitString(Uint8Array.of(0xa4), 2) : bitString(Uint8Array.of(0xa0), 5);
  const purposes = sequence(objectId(OIDS.serverAuth), objectId(OIDS.clientAuth));
  const list = [
    extension(OIDS.keyUsage, true, usage),
    extension(OIDS.extendedKeyUsage, false, purposes),
    extension(OIDS.basicConstraints, true, isAuthority ? sequence(YES) : sequence()),
  ];
  if (isAuthority) list.push(extension(OIDS.subjectKeyId, false, der(0x04, keyId(publicKey))));
  if (issuer?.keyId) list.push(extension(OIDS.authorityKeyId, false, sequence(der(0x80, issuer.keyId))));
  const alternatives = [...names.map(name => der(0x82, toBytes(name))), ...ips.map(ip => der(0x87, ip))];
  if (alternatives.length > 0)
    list.push(extension(OIDS.alternativeNames, wish.commonName === '', sequence(...alternatives)));
  return list;
}

/** The first 20 bytes of the SHA-256 of the public key's bits (RFC 7093, as Go has it since 1.25). */
function keyId(publicKey: Uint8Array): Uint8Array {
  const [outer] = readDer(publicKey);
  const [, bits] = readDer(outer?.content ?? new Uint8Array());
  return nodeCrypto()
    .createHash('sha256')
    .update((bits?.content ?? new Uint8Array()).subarray(1))
    .digest()
    .subarray(0, 20);
}

/**
 * The bytes of a PEM certificate.
 * @param where what Go calls it in an error
 * @throws GoError
 */
export function parseCertificate(pem: string, where: string): Uint8Array {
  const block = decodePem(pem);
  if (!block) throw new GoError('unable to decode certificate');
  try {
    return new (nodeCrypto().X509Certificate)(Buffer.from(block.bytes)).raw;
  } catch (error) {
    throw new GoError(`error parsing certificate: ${where}: x509: malformed certificate`, { cause: error });
  }
}
