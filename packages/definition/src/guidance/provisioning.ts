import type { KnownTechnology } from './known.ts';

export const provisioningGuidance: KnownTechnology[] = [
  {
    id: 'opentofu',
    title: 'OpenTofu',
    capabilities: ['infrastructure-as-code'],
    guidance: {
      purpose: 'A fork of Terraform from before its change of licence, with encrypted state.',
      licence: 'MPL-2.0',
      cncf: 'sandbox',
      maintenance: 'active; several releases a year',
      chooseWhen: 'Terraform’s modules are wanted under an open-source licence',
      avoidWhen: 'features or services that only Terraform has are in use',
      switching: 'low from Terraform 1.5; later versions differ little by little',
      homepage: 'https://opentofu.org',
      asOf: '2026-08-07',
    },
  },
  {
    id: 'pulumi',
    title: 'Pulumi',
    capabilities: ['infrastructure-as-code'],
    guidance: {
      purpose: 'Infrastructure written in programming languages, with previews and state.',
      licence: 'Apache-2.0 for engine and language parts; its service is proprietary',
      cncf: 'none',
      maintenance: 'active; by Pulumi Corporation',
      chooseWhen: 'developers own their infrastructure and want loops, types and tests',
      avoidWhen: 'reviewers must see what changes from the text alone',
      switching: 'resources are imported by their id; the programs are rewritten',
      homepage: 'https://www.pulumi.com',
      asOf: '2026-08-07',
    },
  },
];
