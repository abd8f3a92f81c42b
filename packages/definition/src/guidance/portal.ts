import type { KnownTechnology } from './known.ts';

export const identityGuidance: KnownTechnology[] = [
  {
    id: 'oidc-issuer',
    title: 'An OpenID Connect issuer of yours',
    capabilities: ['identity'],
    guidance: {
      purpose: 'Signs people in with the identity provider that the organization already runs.',
      licence: 'depends on the issuer',
      cncf: 'none',
      maintenance: 'unknown: depends on the issuer',
      chooseWhen: 'people, groups and their leaving are already kept in one place',
      avoidWhen: 'there is none, or it cannot tell groups in its tokens',
      switching: 'low: every tool signs in by discovery; groups have to bear the same names',
      homepage: 'https://openid.net/developers/how-connect-works/',
      asOf: '2026-08-07',
    },
  },
];

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
