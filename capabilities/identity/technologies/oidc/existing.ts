import type { Existing } from '@slipway/definition';
import { checkIssuer } from '../../existing/discovery.ts';
import { clientIdOf, signInGrant } from '../../oidc-client/grant.ts';

/** Key of the credentials with which clients may be registered. */
export const REGISTRATION_TOKEN = 'registrationToken';

export const existing: Existing = {
  credentials: {
    [REGISTRATION_TOKEN]: {
      description:
        'Initial access token for dynamic registration (RFC 7591). Without it every client is made by hand, and its secret is the value of a key with the client’s id.',
      optional: true,
    },
  },
  grants: {
    'sign-in': (wish, wisher, { address, parameters }) => {
      const { clients = {} } = parameters as { clients?: Record<string, string> };
      const usual = clientIdOf(wish, wisher.component);
      return signInGrant(wish, wisher, address, clients[usual] ?? usual);
    },
  },
  // An issuer's address is not for people.
  links: () => [],
  check: async (ports, { address }) => {
    const { findings, discovery } = await checkIssuer(ports, address);
    if (!discovery || !ports.credentials[REGISTRATION_TOKEN]) return findings;
    const endpoint = discovery.registration_endpoint;
    const found = endpoint ?? `${address}: it does not let clients be registered`;
    const advice = 'take registrationToken out of the Secret, and make the clients by hand';
    return [...findings, { check: 'registration', ok: endpoint !== undefined, found, advice }];
  },
};
