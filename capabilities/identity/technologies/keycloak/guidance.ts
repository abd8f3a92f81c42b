import type { Guidance } from '@slipway/definition';

export const guidance: Guidance = {
  purpose: 'Signs people and machines in, once for all tools, over OpenID Connect and OAuth 2.',
  licence: 'Apache-2.0',
  cncf: 'incubating',
  maintenance: 'active; releases about every three months',
  chooseWhen: 'you have no identity provider yet, or need to broker several',
  avoidWhen: 'your organization already runs an OpenID Connect issuer; use it as an existing engine',
  switching: 'low for applications that use discovery; users and clients have to be moved',
  homepage: 'https://www.keycloak.org',
  asOf: '2026-08-07',
};
