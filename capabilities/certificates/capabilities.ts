// One capability, one technology: cert-manager's kinds, served by an engine of our own over a local authority.
import { defineCapabilities } from '@slipway/definition';

export const capabilities = defineCapabilities([
  {
    id: 'certificates',
    title: 'Certificates',
    purpose: 'Every address has a certificate that renews itself.',
    choice: 'one',
    kinds: [
      'Certificate.cert-manager.io/v1',
      'CertificateRequest.cert-manager.io/v1',
      'Issuer.cert-manager.io/v1',
      'ClusterIssuer.cert-manager.io/v1',
    ],
    technologies: ['cert-manager'],
  },
]);
