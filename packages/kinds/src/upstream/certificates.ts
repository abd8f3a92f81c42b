import type { AnyObject, Kind } from '@slipway/api';

const certManager = { group: 'cert-manager.io', version: 'v1' } as const;
export const Certificate: Kind<AnyObject> = {
  ...certManager,
  kind: 'Certificate',
  plural: 'certificates',
  namespaced: true,
};
export const CertificateRequest: Kind<AnyObject> = {
  ...certManager,
  kind: 'CertificateRequest',
  plural: 'certificaterequests',
  namespaced: true,
};
export const Issuer: Kind<AnyObject> = {
  ...certManager,
  kind: 'Issuer',
  plural: 'issuers',
  namespaced: true,
};
export const ClusterIssuer: Kind<AnyObject> = {
  ...certManager,
  kind: 'ClusterIssuer',
  plural: 'clusterissuers',
  namespaced: false,
};
