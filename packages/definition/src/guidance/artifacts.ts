import type { KnownTechnology } from './known.ts';

export const artifactGuidance: KnownTechnology[] = [
  {
    id: 'harbor',
    title: 'Harbor',
    capabilities: ['artifact-registries'],
    guidance: {
      purpose: 'A registry with projects, scanning, signatures, quotas and replication between sites.',
      licence: 'Apache-2.0',
      cncf: 'graduated',
      maintenance: 'active; minor releases a few times a year',
      chooseWhen: 'many teams and sites share one registry, and policy decides what may be pulled',
      avoidWhen: 'one platform builds and runs its own images: it is several services and a database',
      switching: 'low: copy the images by digest and change the registry’s name',
      homepage: 'https://goharbor.io',
      asOf: '2026-08-07',
    },
  },
  {
    id: 'zot',
    title: 'zot',
    capabilities: ['artifact-registries'],
    guidance: {
      purpose: 'A registry in one program that keeps plain OCI layouts on disk or in object storage.',
      licence: 'Apache-2.0',
      cncf: 'sandbox',
      maintenance: 'active; several releases a year',
      chooseWhen: 'a small registry is wanted that speaks nothing but the OCI specification',
      avoidWhen: 'people need projects, quotas and replication with a user interface: see Harbor',
      switching: 'low: every client speaks the same protocol',
      homepage: 'https://zotregistry.dev',
      asOf: '2026-08-07',
    },
  },
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
