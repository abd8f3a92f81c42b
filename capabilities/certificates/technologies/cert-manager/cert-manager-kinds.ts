// The parts of cert-manager.io/v1 that are read and written here.
import type { Condition, Kind, KubeObject } from '@slipway/api';
import {
  Certificate as certificateKind,
  ClusterIssuer as clusterIssuerKind,
  Issuer as issuerKind,
  CertificateRequest as requestKind,
} from '@slipway/kinds';

export interface IssuerReference {
  name: string;
  kind?: string;
  group?: string;
}
export interface Certificate extends KubeObject {
  spec: {
    secretName: string;
    issuerRef: IssuerReference;
    commonName?: string;
    dnsNames?: string[];
    ipAddresses?: string[];
    uris?: string[];
    emailAddresses?: string[];
    subject?: Record<string, string[] | string>;
    duration?: string;
    renewBefore?: string;
    renewBeforePercentage?: number;
    usages?: string[];
    isCA?: boolean;
    privateKey?: { algorithm?: string; size?: number; encoding?: string; rotationPolicy?: string };
    secretTemplate?: { annotations?: Record<string, string>; labels?: Record<string, string> };
    revisionHistoryLimit?: number;
    [field: string]: unknown;
  };
  status?: {
    conditions?: Condition[];
    notBefore?: string;
    notAfter?: string;
    renewalTime?: string;
    revision?: number;
    nextPrivateKeySecretName?: string;
    lastFailureTime?: string;
    failedIssuanceAttempts?: number;
  };
}
export interface CertificateRequest extends KubeObject {
  spec: {
    /** base64 of PEM. */
    request: string;
    issuerRef: IssuerReference;
    duration?: string;
    isCA?: boolean;
    usages?: string[];
    username?: string;
    groups?: string[];
  };
  status?: {
    conditions?: Condition[];
    /** base64 of PEM. */
    certificate?: string;
    ca?: string;
    failureTime?: string;
  };
}
export interface Issuer extends KubeObject {
  spec: {
    selfSigned?: { crlDistributionPoints?: string[] };
    ca?: {
      secretName: string;
      crlDistributionPoints?: string[];
      ocspServers?: string[];
      issuingCertificateURLs?: string[];
    };
    [type: string]: unknown;
  };
  status?: { conditions?: Condition[] };
}

export const Certificate = certificateKind as unknown as Kind<Certificate>;
export const CertificateRequest = requestKind as unknown as Kind<CertificateRequest>;
export const Issuer = issuerKind as unknown as Kind<Issuer>;
export const ClusterIssuer = clusterIssuerKind as unknown as Kind<Issuer>;

export const GROUP = 'cert-manager.io';
/** Where ClusterIssuers have their Secrets. */
export const CLUSTER_NAMESPACE = 'slipway-system';
/** The ClusterIssuer of the platform's own authority, and the Secret with its root (never its key). */
export const LOCAL_ISSUER = 'local';
export const LOCAL_SECRET = 'slipway-local-ca';

/** Annotations that cert-manager writes and other tools read. */
export const ANNOTATIONS = {
  altNames: `${GROUP}/alt-names`,
  certificateName: `${GROUP}/certificate-name`,
  commonName: `${GROUP}/common-name`,
  ipSans: `${GROUP}/ip-sans`,
  uriSans: `${GROUP}/uri-sans`,
  emailSans: `${GROUP}/email-sans`,
  issuerGroup: `${GROUP}/issuer-group`,
  issuerKind: `${GROUP}/issuer-kind`,
  issuerName: `${GROUP}/issuer-name`,
  revision: `${GROUP}/certificate-revision`,
  privateKeySecret: `${GROUP}/private-key-secret-name`,
} as const;
