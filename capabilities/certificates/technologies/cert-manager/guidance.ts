import type { Guidance } from '@slipway/definition';

export const guidance: Guidance = {
  purpose: 'Issues and renews TLS certificates from local, private and public authorities.',
  licence: 'Apache-2.0',
  cncf: 'graduated',
  maintenance: 'active; releases about every four months',
  chooseWhen: 'anything on the platform needs a certificate: it is what Kubernetes tools expect',
  avoidWhen: 'certificates come finished from elsewhere; then put them in Secrets and need nothing',
  switching: 'low: applications read Secrets of type kubernetes.io/tls whoever writes them',
  homepage: 'https://cert-manager.io',
  asOf: '2026-08-07',
};
