import type { KnownTechnology } from './known.ts';

export const artifactGuidance: KnownTechnology[] = [
  {
    id: 'notary-project',
    title: 'Notary Project',
    capabilities: ['signing'],
    guidance: {
      purpose: 'Signs and verifies OCI artifacts with X.509 certificates of an organization’s own.',
      licence: 'Apache-2.0',
      cncf: 'incubating',
      maintenance: 'active',
      chooseWhen: 'a certificate authority for signing exists, and its rules have to be kept',
      avoidWhen: 'nobody runs such an authority: keys that live for minutes are simpler, see Sigstore',
      switching: 'signatures hang on images; sign the newest ones again and change the policy',
      homepage: 'https://notaryproject.dev',
      asOf: '2026-08-07',
    },
  },
];
