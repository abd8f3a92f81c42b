import { askAll, type Existing } from '@slipway/definition';

/** 200 active, 429 and 473 standby, 472 in recovery (Vault, "/sys/health"). */
const SERVING = [200, 429, 472, 473];

/** A Vault that somebody runs, unsealed. */
export const existing: Existing = {
  credentials: { token: { description: 'A token that may read the paths that are delivered.' } },
  check: (ports, { address }) =>
    askAll(ports, [
      {
        check: 'health',
        url: `${address}/v1/sys/health`,
        status: [...SERVING, 501, 503],
        read: ({ status, json }) => {
          const { version } = (json() ?? {}) as { version?: string };
          if (status === 501) return '!Vault is not initialised';
          if (status === 503) return '!Vault is sealed';
          return version ? `Vault ${version}` : '!it is not Vault’s API';
        },
        advice: 'give the address of a Vault that is initialised and unsealed',
      },
      {
        check: 'token',
        url: `${address}/v1/auth/token/lookup-self`,
        headers: { 'x-vault-token': ports.credentials.token ?? '' },
        read: ({ json }) => {
          const { data } = (json() ?? {}) as { data?: { policies?: string[]; ttl?: number } };
          return data ? `a token with the policies ${data.policies?.join(', ')}` : '!the token is unknown';
        },
        refused: 'make a new token (vault token create) and write it into the Secret as token',
        advice: 'make a new token (vault token create) and write it into the Secret as token',
      },
    ]),
};
