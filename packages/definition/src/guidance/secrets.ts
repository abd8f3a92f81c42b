import type { KnownTechnology } from './known.ts';

export const secretGuidance: KnownTechnology[] = [
  {
    id: 'openbao',
    title: 'OpenBao',
    capabilities: ['secret-repositories', 'secret-management'],
    guidance: {
      purpose: 'A fork of Vault from before its change of licence, with the same API.',
      licence: 'MPL-2.0',
      cncf: 'none',
      maintenance: 'active; a project of the OpenSSF',
      chooseWhen: 'Vault’s API is wanted under an open-source licence',
      avoidWhen: 'features that Vault got after version 1.14 are needed; compare them first',
      switching: 'low from and to Vault 1.14; later versions differ',
      homepage: 'https://openbao.org',
      asOf: '2026-08-07',
    },
  },
];
