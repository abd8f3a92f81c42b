import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { Stored } from '@slipway/api';
import type { Secret } from '@slipway/kinds';
import { ANNOTATIONS, type Certificate, type CertificateRequest, GROUP } from '../cert-manager-kinds.ts';
import { isKeyAsAsked } from './private-key.ts';
import { durationMs, namesOf, parseDuration, renewalTime, usagesOf } from './spec.ts';

/** How things stand with a Certificate. */
export interface Assessment {
  /** Why the Secret is not what the Certificate asks for; undefined: it is. Reasons are cert-manager's. */
  problem?: { reason: string; message: string };
  /** It is good, but its time to be renewed has come. */
  isDue: boolean;
  times?: { notBefore: number; notAfter: number; renewal: number };
}

/** Compares a Certificate with its Secret and the request of its present revision. Pure but for the given time. */
export function assess(options: {
  certificate: Stored<Certificate>;
  secret: Stored<Secret> | undefined;
  request: Stored<CertificateRequest> | undefined;
  now: number;
}): Assessment {
  const { certificate, secret, request, now } = options;
  if (!secret) return bad('DoesNotExist', `Issuing certificate as Secret does not exist`);
  const cert = text(secret, 'tls.crt');
  const key = text(secret, 'tls.key');
  if (cert === '' || key === '')
    return bad('MissingData', 'Issuing certificate as Secret does not contain a certificate and its key');
  const parsed = parsePair(cert, key);
  if (!parsed) return bad('InvalidKeyPair', 'Issuing certificate as Secret contains an invalid key-pair');
  const { spec } = certificate;
  const notBefore = Date.parse(parsed.validFrom);
  const notAfter = Date.parse(parsed.validTo);
  const times = { notBefore, notAfter, renewal: renewalTime(spec, notBefore, notAfter) };
  const issuer = incorrectIssuer(certificate, secret);
  if (issuer) return { ...bad('IncorrectIssuer', issuer), times };
  if (!isKeyAsAsked(key, spec.privateKey)) {
    return {
      ...bad('SecretMismatch', 'Existing private key is not up to date for spec: [spec.privateKey]'),
      times,
    };
  }
  const fields = mismatches(certificate, parsed, request);
  if (fields.length > 0) {
    return {
      ...bad(
        'RequestChanged',
        `Fields on existing CertificateRequest resource not up to date: [${fields.join(' ')}]`,
      ),
      times,
    };
  }
  if (notAfter <= now)
    return { ...bad('Expired', `Certificate expired on ${new Date(notAfter).toUTCString()}`), times };
  return { isDue: times.renewal <= now, times };
}

function bad(reason: string, message: string): Assessment {
  return { problem: { reason, message }, isDue: false };
}

export function text(secret: Secret | undefined, name: string): string {
  return Buffer.from(secret?.data?.[name] ?? '', 'base64').toString('utf8');
}

function parsePair(cert: string, key: string): X509Certificate | undefined {
  try {
    const parsed = new X509Certificate(cert);
    return parsed.checkPrivateKey(createPrivateKey(key)) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

function incorrectIssuer({ spec }: Certificate, secret: Secret): string | undefined {
  const annotations = secret.metadata.annotations ?? {};
  const wanted: [string, string][] = [
    [ANNOTATIONS.issuerName, spec.issuerRef.name],
    [ANNOTATIONS.issuerKind, spec.issuerRef.kind ?? 'Issuer'],
    [ANNOTATIONS.issuerGroup, spec.issuerRef.group ?? GROUP],
  ];
  const wrong = wanted.find(
    // cert-manager writes an empty group for its own.
    ([name, value]) => annotations[name] && annotations[name] !== value,
  );
  return (
    wrong && `Issuing certificate as Secret was previously issued by "${annotations[wrong[0]]}" (${wrong[0]})`
  );
}

/** Fields of the spec that the certificate, or the request it came from, does not have. */
function mismatches(
  { spec }: Certificate,
  parsed: X509Certificate,
  request: CertificateRequest | undefined,
): string[] {
  const actual = subjectAltNames(parsed);
  const names = namesOf(spec);
  const fields: string[] = [];
  const compare = (field: string, wanted: string[], found: string[]) => {
    if (!sameSet(wanted, found)) fields.push(`spec.${field}`);
  };
  compare('dnsNames', names.dnsNames, actual.dns);
  compare('ipAddresses', names.ipAddresses.map(plainAddress), actual.ip.map(plainAddress));
  compare('uris', names.uris, actual.uri);
  compare('emailAddresses', names.emailAddresses, actual.email);
  if ((spec.commonName ?? '') !== commonName(parsed)) fields.push('spec.commonName');
  if ((spec.isCA ?? false) !== parsed.ca) fields.push('spec.isCA');
  if (request) {
    if (!sameSet(usagesOf(spec), usagesOf(request.spec))) fields.push('spec.usages');
    if (durationMs(spec) !== (parseDuration(request.spec.duration) ?? durationMs({})))
      fields.push('spec.duration');
  }
  return fields;
}

/** Node writes them as `DNS:a, IP Address:1.2.3.4, URI:…, email:…`, quoting what holds a comma. */
function subjectAltNames(parsed: X509Certificate): {
  dns: string[];
  ip: string[];
  uri: string[];
  email: string[];
} {
  const found = { dns: [] as string[], ip: [] as string[], uri: [] as string[], email: [] as string[] };
  const kinds: Record<string, string[]> = {
    DNS: found.dns,
    'IP Address': found.ip,
    URI: found.uri,
    email: found.email,
  };
  for (const [, kind = '', quoted, plain] of (parsed.subjectAltName ?? '').matchAll(
    /([A-Za-z ]+):(?:"((?:[^"\\]|\\.)*)"|([^,]*))(?:, |$)/g,
  )) {
    kinds[kind.trim()]?.push(quoted === undefined ? (plain ?? '') : JSON.parse(`"${quoted}"`));
  }
  return found;
}

function commonName(parsed: X509Certificate): string {
  return /(?:^|\n)CN=(.*)/.exec(parsed.subject ?? '')?.[1] ?? '';
}

function sameSet(a: string[], b: string[]): boolean {
  const left = new Set(a);
  const right = new Set(b);
  return left.size === right.size && [...left].every(value => right.has(value));
}

/** One form for each address: `::1` and `0:0:0:0:0:0:0:1` are the same. */
export function plainAddress(address: string): string {
  if (!address.includes(':')) return address;
  return URL.parse(`http://[${address}]`)?.hostname ?? address;
}
