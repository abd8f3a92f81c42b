import type { Technology } from '@slipway/definition';
import { oidcClientDefinition } from '@slipway/kinds';
import { existing } from './existing.ts';
import { guidance } from './guidance.ts';
import { wiring } from './wiring.ts';

/** Any issuer of OpenID Connect that somebody runs: nothing is installed. */
export const oidc: Technology = {
  id: 'oidc',
  title: 'An OpenID Connect issuer of yours',
  capabilities: ['identity'],
  guidance,
  provides: ['oidc-issuer'],
  requires: [],
  parameters: {
    type: 'object',
    additionalProperties: false,
    properties: {
      clients: {
        type: 'object',
        additionalProperties: { type: 'string', minLength: 1, maxLength: 255 },
        description:
          'Ids that clients have at the issuer, by the tool, where they are others: `argo-cd: 0oa1b2c3`.',
      },
    },
  },
  kinds: async () => [oidcClientDefinition],
  rules: [],
  existing,
  wiring,
};
