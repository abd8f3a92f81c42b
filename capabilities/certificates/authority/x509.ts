// Signing of X.509 certificates (RFC 5280) from plain values; the one place that knows the library.
import 'reflect-metadata';
import { createPrivateKey, createPublicKey, type KeyObject, webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import type { SubjectName, SubjectNames } from '../contract.ts';
import { extendedUsagesOf, keyUsageOf } from './usages.ts';

x509.cryptoProvider.set(webcrypto as unknown as Crypto);

export interface Template {
  /** DER of a SubjectPublicKeyInfo. */
  publicKey: Uint8Array;
  subject: SubjectName;
  names: SubjectNames;
  usages: string[];
  isAuthority: boolean;
  /** How many authorities may follow below this one; absent: any number. */
  pathLength?: number;
  notBefore: number;
  notAfter: number;
  /** Hexadecimal, at most 20 bytes, positive. */
  serial: string;
}

export interface Signer {
  /** PEM of the signer's own certificate; absent when it signs itself. */
  certificate?: string;
  /** PEM of its private key. */
  key: string;
}

/** Signs `template` as `signer`; answers PEM text. */
export async function signCertificate(template: Template, signer: Signer): Promise<string> {
  const key = createPrivateKey(signer.key);
  const parent = signer.certificate ? new x509.X509Certificate(signer.certificate) : undefined;
  const subject = subjectName(template.subject);
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: template.serial,
    subject,
    issuer: parent?.subjectName ?? subject,
    notBefore: new Date(template.notBefore),
    notAfter: new Date(template.notAfter),
    publicKey: new x509.PublicKey(bufferOf(template.publicKey)),
    signingKey: cryptoKeyOf(key, 'sign'),
    signingAlgorithm: signingAlgorithm(key),
    extensions: await extensionsOf(template, createPublicKey(key)),
  });
  return `${certificate.toString('pem')}\n`;
}

async function extensionsOf(template: Template, issuerKey: KeyObject): Promise<x509.Extension[]> {
  const names = generalNames(template.names);
  const extended = extendedUsagesOf(template.usages);
  const isEmptySubject = Object.keys(template.subject).length === 0;
  const issuerSpki = issuerKey.export({ format: 'der', type: 'spki' });
  return [
    new x509.BasicConstraintsExtension(template.isAuthority, template.pathLength, true),
    new x509.KeyUsagesExtension(keyUsageOf(template.usages, template.isAuthority), true),
    ...(extended.length > 0 ? [new x509.ExtendedKeyUsageExtension(extended, false)] : []),
    // RFC 5280, 4.2.1.6: critical when the subject is empty.
    ...(names.length > 0 ? [new x509.SubjectAlternativeNameExtension(names, isEmptySubject)] : []),
    await x509.SubjectKeyIdentifierExtension.create(new x509.PublicKey(bufferOf(template.publicKey))),
    await x509.AuthorityKeyIdentifierExtension.create(new x509.PublicKey(bufferOf(issuerSpki))),
  ];
}

/** Alternative names as the library takes them. */
export function generalNames(names: SubjectNames): { type: x509.GeneralNameType; value: string }[] {
  return [
    ...names.dnsNames.map(value => ({ type: 'dns' as const, value })),
    ...names.ipAddresses.map(value => ({ type: 'ip' as const, value })),
    ...names.uris.map(value => ({ type: 'url' as const, value })),
    ...names.emailAddresses.map(value => ({ type: 'email' as const, value })),
  ];
}

function subjectName(subject: SubjectName): x509.Name {
  return new x509.Name(subjectText(subject));
}

/** A subject as the library takes it: one part for each value, in order. */
export function subjectText(subject: SubjectName): x509.JsonName {
  return Object.entries(subject).flatMap(([type, values]) => values.map(value => ({ [type]: [value] })));
}

/** The algorithm a key signs with: SHA-256, or as strong as the curve. */
export function signingAlgorithm(key: KeyObject): EcdsaParams | { name: string; hash?: string } {
  switch (key.asymmetricKeyType) {
    case 'rsa':
      return { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
    case 'ed25519':
      return { name: 'Ed25519' };
    default:
      return { name: 'ECDSA', hash: CURVES[key.asymmetricKeyDetails?.namedCurve ?? '']?.hash ?? 'SHA-256' };
  }
}

const CURVES: Record<string, { name: string; hash: string }> = {
  prime256v1: { name: 'P-256', hash: 'SHA-256' },
  secp384r1: { name: 'P-384', hash: 'SHA-384' },
  secp521r1: { name: 'P-521', hash: 'SHA-512' },
};

/** A key in the form that Web Crypto takes. */
export function cryptoKeyOf(key: KeyObject, use: 'sign' | 'verify'): CryptoKey {
  const curve = CURVES[key.asymmetricKeyDetails?.namedCurve ?? ''];
  const parameters = curve ? { name: 'ECDSA', namedCurve: curve.name } : signingAlgorithm(key);
  return key.toCryptoKey(parameters as Parameters<KeyObject['toCryptoKey']>[0], use === 'verify', [
    use,
  ]) as unknown as CryptoKey;
}

function bufferOf(bytes: Uint8Array): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}
