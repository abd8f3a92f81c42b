import 'reflect-metadata';
import { createHash, createPrivateKey, createPublicKey, type KeyObject, webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import { cryptoKeyOf, generalNames, signingAlgorithm, subjectText } from '../../../authority/x509.ts';
import type { SubjectName, SubjectNames } from '../../../contract.ts';

x509.cryptoProvider.set(webcrypto as unknown as Crypto);

/** What a request asks to have signed. */
export interface RequestContent {
  /** DER of a SubjectPublicKeyInfo. */
  publicKey: Uint8Array;
  subject: SubjectName;
  names: SubjectNames;
}

/** A PKCS#10 request (RFC 2986) as PEM text, signed with its own key. */
export async function createRequest(options: {
  /** PEM text. */
  key: string;
  subject: SubjectName;
  names: SubjectNames;
}): Promise<string> {
  const key = createPrivateKey(options.key);
  const names = generalNames(options.names);
  const request = await x509.Pkcs10CertificateRequestGenerator.create({
    name: subjectText(options.subject),
    keys: { privateKey: cryptoKeyOf(key, 'sign'), publicKey: cryptoKeyOf(createPublicKey(key), 'verify') },
    signingAlgorithm: signingAlgorithm(key),
    extensions: names.length > 0 ? [new x509.SubjectAlternativeNameExtension(names)] : [],
  });
  return `${request.toString('pem')}\n`;
}

/**
 * Reads a request and checks that its sender holds the key.
 * @throws Error when it is none, or its signature is wrong
 */
export async function readRequest(pem: string): Promise<RequestContent> {
  const request = new x509.Pkcs10CertificateRequest(pem);
  if (!(await request.verify())) throw new Error('the signature is not of the key that it names');
  const subject: SubjectName = {};
  for (const part of request.subjectName.toJSON()) {
    for (const [type, values] of Object.entries(part)) subject[type] = [...(subject[type] ?? []), ...values];
  }
  const extension = request.extensions.find(each => each instanceof x509.SubjectAlternativeNameExtension);
  const of = (type: string) =>
    extension?.names.items.filter(name => name.type === type).map(name => name.value) ?? [];
  return {
    publicKey: new Uint8Array(request.publicKey.rawData),
    subject,
    names: { dnsNames: of('dns'), ipAddresses: of('ip'), uris: of('url'), emailAddresses: of('email') },
  };
}

/** Whether a private key (PEM text) belongs to a request. */
export function belongsTo(key: string, publicKey: Uint8Array): boolean {
  const hash = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
  return hash(spkiOf(createPrivateKey(key))) === hash(publicKey);
}

function spkiOf(key: KeyObject): Uint8Array {
  return createPublicKey(key).export({ format: 'der', type: 'spki' });
}
