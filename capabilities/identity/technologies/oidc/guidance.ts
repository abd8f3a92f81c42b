import type { Guidance } from '@slipway/definition';

export const guidance: Guidance = {
  purpose: 'Signs people in with the identity provider that the organization already runs.',
  licence: 'depends on the issuer',
  cncf: 'none',
  maintenance: 'unknown: depends on the issuer',
  chooseWhen: 'people, groups and their leaving are already kept in one place',
  avoidWhen: 'there is none, or it cannot tell groups in its tokens',
  switching: 'low: every tool signs in by discovery; groups have to bear the same names',
  homepage: 'https://openid.net/developers/how-connect-works/',
  asOf: '2026-08-07',
};
