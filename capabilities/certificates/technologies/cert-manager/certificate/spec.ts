import { isKnownUsage } from '../../../authority/usages.ts';
import type { SubjectName, SubjectNames } from '../../../contract.ts';
import type { Certificate } from '../cert-manager-kinds.ts';

type Spec = Certificate['spec'];

const HOUR_MS = 3600 * 1000;
const DEFAULT_DURATION_MS = 90 * 24 * HOUR_MS;
const UNSUPPORTED = [
  'literalSubject',
  'otherNames',
  'keystores',
  'additionalOutputFormats',
  'nameConstraints',
  'signatureAlgorithm',
];
const DEFAULT_USAGES = ['digital signature', 'key encipherment'];

/** cert-manager's subject fields and their short names (RFC 4514). */
const SUBJECT: Record<string, string> = {
  organizations: 'O',
  countries: 'C',
  organizationalUnits: 'OU',
  localities: 'L',
  provinces: 'ST',
  streetAddresses: 'street',
  postalCodes: '2.5.4.17',
  serialNumber: '2.5.4.5',
};

/** What is wrong with a Certificate, naming the field; undefined: nothing. */
export function problemOf(spec: Spec): string | undefined {
  const unsupported = UNSUPPORTED.find(field => spec[field] !== undefined);
  if (unsupported) return `spec.${unsupported}: not supported`;
  const names = namesOf(spec);
  const isNameless = Object.values(names).every(list => list.length === 0) && !spec.commonName;
  if (isNameless)
    return 'spec: at least one of commonName, dnsNames, ipAddresses, uris, emailAddresses is required';
  if ((spec.commonName?.length ?? 0) > 64) return 'spec.commonName: at most 64 characters (RFC 5280)';
  const usage = spec.usages?.find(each => !isKnownUsage(each));
  if (usage) return `spec.usages: "${usage}" is unknown`;
  const duration = durationMs(spec);
  if (duration === undefined) return `spec.duration: "${spec.duration}" is no duration`;
  if (duration < HOUR_MS) return 'spec.duration: at least 1h';
  if (spec.renewBefore !== undefined && spec.renewBeforePercentage !== undefined) {
    return 'spec.renewBefore, spec.renewBeforePercentage: only one of them';
  }
  const before = parseDuration(spec.renewBefore);
  if (spec.renewBefore !== undefined && before === undefined)
    return `spec.renewBefore: "${spec.renewBefore}" is no duration`;
  if (before !== undefined && before >= duration) return 'spec.renewBefore: must be less than spec.duration';
  return keyProblem(spec.privateKey);
}

const SIZES: Record<string, number[]> = { RSA: [2048, 3072, 4096, 8192], ECDSA: [256, 384, 521] };

function keyProblem(key: Spec['privateKey']): string | undefined {
  const { algorithm = 'RSA', size, encoding = 'PKCS1', rotationPolicy = 'Always' } = key ?? {};
  const sizes = SIZES[algorithm];
  if (!sizes && algorithm !== 'Ed25519') return `spec.privateKey.algorithm: "${algorithm}" is unknown`;
  if (size !== undefined && sizes && !sizes.includes(size)) {
    return `spec.privateKey.size: ${size} is not supported for ${algorithm}; ${sizes.join(', ')} are`;
  }
  if (!['PKCS1', 'PKCS8'].includes(encoding)) return `spec.privateKey.encoding: "${encoding}" is unknown`;
  if (!['Always', 'Never'].includes(rotationPolicy))
    return `spec.privateKey.rotationPolicy: "${rotationPolicy}" is unknown`;
  return undefined;
}

export function durationMs(spec: Pick<Spec, 'duration'>): number | undefined {
  return spec.duration === undefined ? DEFAULT_DURATION_MS : parseDuration(spec.duration);
}

const UNITS: Record<string, number> = { h: HOUR_MS, m: 60_000, s: 1000, ms: 1 };

/** Milliseconds of Go's duration text, e.g. `2160h0m0s`; undefined when it is none. */
export function parseDuration(text: string | undefined): number | undefined {
  if (text === undefined || !/^(\d+(\.\d+)?(h|ms|m|s))+$/.test(text)) return undefined;
  let sum = 0;
  for (const [, number, , unit] of text.matchAll(/(\d+(\.\d+)?)(h|ms|m|s)/g))
    sum += Number(number) * (UNITS[unit ?? ''] ?? 0);
  return sum;
}

/** When to renew: before the end as asked, else at two thirds of the real life (cert-manager's RenewalTime). */
export function renewalTime(spec: Spec, notBefore: number, notAfter: number): number {
  const life = notAfter - notBefore;
  const asked =
    spec.renewBeforePercentage === undefined
      ? parseDuration(spec.renewBefore)
      : (life * spec.renewBeforePercentage) / 100;
  const before = asked !== undefined && asked < life ? asked : life / 3;
  return Math.floor((notAfter - before) / 1000) * 1000;
}

export function namesOf(spec: Spec): SubjectNames {
  const { dnsNames = [], ipAddresses = [], uris = [], emailAddresses = [] } = spec;
  return { dnsNames, ipAddresses, uris, emailAddresses };
}

export function subjectOf(spec: Spec): SubjectName {
  const parts: SubjectName = {};
  for (const [field, short] of Object.entries(SUBJECT)) {
    const values = [spec.subject?.[field] ?? []].flat();
    if (values.length > 0) parts[short] = values;
  }
  return { ...parts, ...(spec.commonName ? { CN: [spec.commonName] } : {}) };
}

export function usagesOf(spec: { usages?: string[] }): string[] {
  return spec.usages ?? DEFAULT_USAGES;
}
