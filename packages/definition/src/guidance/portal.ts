import type { KnownTechnology } from './known.ts';

export const certificateGuidance: KnownTechnology[] = [
  {
    id: 'lets-encrypt',
    title: 'Let’s Encrypt',
    capabilities: ['certificates'],
    guidance: {
      purpose: 'Gives certificates that every browser trusts, free and by protocol (ACME).',
      licence: 'a service; its server Boulder under MPL-2.0',
      cncf: 'none',
      maintenance: 'active; run by the Internet Security Research Group',
      chooseWhen: 'names are public and can be proven over HTTP or DNS',
      avoidWhen: 'names are only known inside, or there is no way to the internet',
      switching: 'low: any other ACME authority takes the same requests',
      homepage: 'https://letsencrypt.org',
      asOf: '2026-08-07',
    },
  },
];
