import type { Existing } from '@slipway/definition';
import { checkIssuer } from '../../existing/discovery.ts';
import { signInGrant } from '../../oidc-client/grant.ts';
import { tokenBy } from './admin/admin-api.ts';

/** A Keycloak of yours: its realm gets the clients. */
export const existing: Existing = {
  credentials: {
    username: {
      description: 'An administrator of the realm master, who may make the realm and a client in it.',
    },
    password: { description: 'Their password.' },
  },
  grants: {
    'sign-in': (wish, wisher, { address, parameters }) =>
      signInGrant(wish, wisher, `${address}/realms/${realmOf(parameters)}`),
  },
  links: ({ address, parameters }) => {
    const account = `${address}/realms/${realmOf(parameters)}/account/`;
    return [{ title: 'My account', url: account, signIn: account }];
  },
  check: async (ports, { address }) => {
    // The realm itself may be ours to make.
    const { findings, discovery } = await checkIssuer(ports, `${address}/realms/master`);
    if (!discovery) return findings;
    const { http, ca, signal, credentials } = ports;
    const { username = '', password = '' } = credentials;
    const form = { grant_type: 'password', client_id: 'admin-cli', username, password };
    const given = await tokenBy({ http, base: address, signal, ...(ca ? { ca } : {}) }, 'master', form);
    const found = given ? `signed in as ${username}` : `realm master refuses ${username}`;
    const advice = 'write an administrator’s username and password into the Secret';
    return [...findings, { check: 'administrator', ok: given !== undefined, found, advice }];
  },
};

function realmOf({ realm }: Record<string, unknown>): string {
  return typeof realm === 'string' ? realm : 'slipway';
}
