import type { KeyObject } from 'node:crypto';
import type { Clock, Random } from '@slipway/api';
import { formatGo } from '../go-template/format.ts';
import {
  contextFunction,
  type FunctionTable,
  GoError,
  goFunction,
  type TemplateCall,
} from '../go-template/function.ts';
import { fromBytes } from '../go-template/go-string.ts';
import { GoStruct, type GoValue, type StructType } from '../go-template/value.ts';
import { decodeBase64 } from './base-coding.ts';
import { type CertificateWish, createCertificate, parseCertificate, type Signer } from './certificate.ts';
import { parseIp } from './ip-address.ts';
import { encodePrivateKey, generatePrivateKey, newRsaKey, parsePrivateKey } from './private-key.ts';

const CERTIFICATE: StructType = { name: 'sprig.certificate', fields: { Cert: 'string', Key: 'string' } };
const RSA_BITS = 2048;
/** Steps for making a key, by the time that it takes. */
const KEY_STEPS: Record<string, number> = { '': 300_000, rsa: 300_000, dsa: 300_000 };
const RSA_STEPS = 50_000;
const DAY = 86_400;

function certificateOf(cert: string, key: string): GoStruct {
  return new GoStruct(CERTIFICATE, { Cert: cert, Key: key });
}

function fieldOf(certificate: GoValue, field: 'Cert' | 'Key'): string {
  const value = certificate instanceof GoStruct ? certificate.fields[field] : '';
  return typeof value === 'string' ? value : '';
}

function ipsOf(list: readonly GoValue[]): Uint8Array[] {
  return list.map(ip => {
    if (typeof ip !== 'string') throw new GoError(`error parsing ip: ${formatGo('%v', ip)} is not a string`);
    const bytes = parseIp(ip);
    if (!bytes) throw new GoError(`error parsing ip: ${ip}`);
    return bytes;
  });
}

function namesOf(list: readonly GoValue[]): string[] {
  return list.map(name => {
    if (typeof name === 'string') return name;
    throw new GoError(`error processing alternate dns name: ${formatGo('%v', name)} is not a string`);
  });
}

function listOf(value: GoValue): readonly GoValue[] {
  return Array.isArray(value) ? value : [];
}

function decoded(text: string, what: string): string {
  try {
    return fromBytes(decodeBase64(text));
  } catch (error) {
    throw new GoError(`unable to decode base64 ${what}`, { cause: error });
  }
}

function within<T>(problem: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof GoError)) throw error;
    throw new GoError(`${problem}: ${error.message}`, { cause: error });
  }
}

function buildCustom(cert: string, key: string): GoStruct {
  const [certificate, privateKey] = [decoded(cert, 'certificate'), decoded(key, 'private key')];
  parseCertificate(certificate, 'decodedCert.Bytes');
  within('error parsing private key', () => parsePrivateKey(privateKey));
  return certificateOf(certificate, privateKey);
}

function signerOf(authority: GoValue): Signer {
  const certificate = parseCertificate(fieldOf(authority, 'Cert'), 'decodedSignerCert.Bytes');
  return {
    certificate,
    key: within('error parsing private key', () => parsePrivateKey(fieldOf(authority, 'Key'))),
  };
}

function keyFrom(pem: string): KeyObject {
  return within('parsing private key', () => parsePrivateKey(pem));
}

function newKey(call: TemplateCall): KeyObject {
  call.budget.spend(RSA_STEPS);
  return newRsaKey(RSA_BITS);
}

const PLAIN = ['string', 'list', 'list', 'int'] as const;

/** Keys and certificates: the second half of sprig's crypto.go. */
export function certificateFunctions({ clock, random }: { clock: Clock; random: Random }): FunctionTable {
  const wishFor = (commonName: string, days: bigint, wanted: Partial<CertificateWish>): CertificateWish => {
    const from = Math.floor(clock.now() / 1000);
    const serial = random.bytes(16).reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
    return {
      commonName,
      ips: [],
      names: [],
      isAuthority: false,
      serial,
      from,
      to: from + Number(days) * DAY,
      ...wanted,
    };
  };
  const authority = (name: string, days: bigint, key: KeyObject) =>
    certificateOf(
      createCertificate(wishFor(name, days, { isAuthority: true }), key, { key }),
      encodePrivateKey(key),
    );
  const leaf = (name: string, lists: [GoValue, GoValue], days: bigint, key: KeyObject, signer?: Signer) => {
    const wish = wishFor(name, days, { ips: ipsOf(listOf(lists[0])), names: namesOf(listOf(lists[1])) });
    return certificateOf(createCertificate(wish, key, signer ?? { key }), encodePrivateKey(key));
  };
  const out = CERTIFICATE.name;
  return {
    genPrivateKey: contextFunction({ in: ['string'], out: 'string' }, (call, kind) => {
      call.budget.spend(KEY_STEPS[kind] ?? 1_000);
      return generatePrivateKey(kind);
    }),
    buildCustomCert: goFunction({ in: ['string', 'string'], out }, buildCustom),
    genCA: contextFunction({ in: ['string', 'int'], out }, (call, name, days) =>
      authority(name, days, newKey(call)),
    ),
    genCAWithKey: goFunction({ in: ['string', 'int', 'string'], out }, (name, days, pem) =>
      authority(name, days, keyFrom(pem)),
    ),
    genSelfSignedCert: contextFunction({ in: PLAIN, out }, (call, name, ips, names, days) =>
      leaf(name, [ips, names], days, newKey(call)),
    ),
    genSelfSignedCertWithKey: goFunction({ in: [...PLAIN, 'string'], out }, (name, ips, names, days, pem) =>
      leaf(name, [ips, names], days, keyFrom(pem)),
    ),
    genSignedCert: contextFunction({ in: [...PLAIN, out], out }, (call, name, ips, names, days, ca) =>
      leaf(name, [ips, names], days, newKey(call), signerOf(ca)),
    ),
    genSignedCertWithKey: goFunction(
      { in: [...PLAIN, out, 'string'], out },
      (name, ips, names, days, ca, pem) => leaf(name, [ips, names], days, keyFrom(pem), signerOf(ca)),
    ),
  };
}
