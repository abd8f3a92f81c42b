// What any certificates technology here must do, and the local authority that the platform itself starts from.
import type { Clock, Folder, KeyProvider, Random } from '@slipway/api';

export { openAuthority } from './authority/authority.ts';

/** What a certificate may be used for, in cert-manager's words. */
export type LeafUsage = 'server auth' | 'client auth';

export interface LeafRequest {
  /** DNS names; a leading `*.` is allowed. The first one becomes the common name. */
  names: string[];
  /** IP addresses. */
  addresses?: string[];
  ttlMs: number;
  /** Default: `server auth`. */
  usages?: LeafUsage[];
  /** Organizations of the subject (Kubernetes reads groups from them). */
  organizations?: string[];
}

/** PEM text. `cert` holds the chain without the root. */
export interface Leaf {
  cert: string;
  key: string;
  /** Milliseconds since 1970. */
  notAfter: number;
}

/** A request somebody else holds the private key of. */
export interface SigningRequest {
  /** DER of a SubjectPublicKeyInfo. */
  publicKey: Uint8Array;
  subject: SubjectName;
  names: SubjectNames;
  /** cert-manager's usages, e.g. `digital signature`, `server auth`. */
  usages: string[];
  isAuthority: boolean;
  ttlMs: number;
}

/** RDN values by short name, in order of appearance, e.g. `{ CN: ['web'], O: ['acme'] }`. */
export type SubjectName = Record<string, string[]>;

export interface SubjectNames {
  dnsNames: string[];
  ipAddresses: string[];
  uris: string[];
  emailAddresses: string[];
}

/** A local certificate authority (EC P-256). Its private key never leaves the process unsealed. */
export interface Authority {
  /** The root, and the one before it while that is still valid. PEM text. */
  readonly caPem: string;
  /** A leaf with a new key. Equal requests share one leaf until two thirds of its life are over. */
  issue(request: LeafRequest): Promise<Leaf>;
  /** Signs a request; answers the certificate as PEM text. */
  sign(request: SigningRequest): Promise<string>;
}

export interface AuthorityOptions {
  folder: Folder;
  keys: KeyProvider;
  clock: Clock;
  random: Random;
  commonName: string;
}
