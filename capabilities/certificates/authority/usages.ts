// cert-manager's names of key usages and what they are in a certificate.
import { KeyUsageFlags } from '@peculiar/x509';

const KEY_USAGES: Record<string, number> = {
  signing: KeyUsageFlags.digitalSignature,
  'digital signature': KeyUsageFlags.digitalSignature,
  'content commitment': KeyUsageFlags.nonRepudiation,
  'key encipherment': KeyUsageFlags.keyEncipherment,
  'data encipherment': KeyUsageFlags.dataEncipherment,
  'key agreement': KeyUsageFlags.keyAgreement,
  'cert sign': KeyUsageFlags.keyCertSign,
  'crl sign': KeyUsageFlags.cRLSign,
  'encipher only': KeyUsageFlags.encipherOnly,
  'decipher only': KeyUsageFlags.decipherOnly,
};

const EXTENDED_USAGES: Record<string, string> = {
  any: '2.5.29.37.0',
  'server auth': '1.3.6.1.5.5.7.3.1',
  'client auth': '1.3.6.1.5.5.7.3.2',
  'code signing': '1.3.6.1.5.5.7.3.3',
  'email protection': '1.3.6.1.5.5.7.3.4',
  's/mime': '1.3.6.1.5.5.7.3.4',
  'ipsec end system': '1.3.6.1.5.5.7.3.5',
  'ipsec tunnel': '1.3.6.1.5.5.7.3.6',
  'ipsec user': '1.3.6.1.5.5.7.3.7',
  timestamping: '1.3.6.1.5.5.7.3.8',
  'ocsp signing': '1.3.6.1.5.5.7.3.9',
  'microsoft sgc': '1.3.6.1.4.1.311.10.3.3',
  'netscape sgc': '2.16.840.1.113730.4.1',
};

/** Flags of the key usage extension. An authority always may sign certificates. */
export function keyUsageOf(usages: string[], isAuthority: boolean): number {
  const start = isAuthority ? KeyUsageFlags.keyCertSign : 0;
  return usages.reduce((flags, usage) => flags | (KEY_USAGES[usage] ?? 0), start);
}

/** Object identifiers of the extended key usage extension, each once. */
export function extendedUsagesOf(usages: string[]): string[] {
  return [...new Set(usages.flatMap(usage => EXTENDED_USAGES[usage] ?? []))];
}

/** True when cert-manager knows this usage. */
export function isKnownUsage(usage: string): boolean {
  return usage in KEY_USAGES || usage in EXTENDED_USAGES;
}
