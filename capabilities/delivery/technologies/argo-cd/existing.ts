import { askAll, type Existing } from '@slipway/definition';

/** An Argo CD that somebody runs: its API is asked, and Applications are made where it looks for them. */
export const existing: Existing = {
  credentials: { token: { description: 'A token of an account that may read applications and projects.' } },
  check: (ports, { address }) => {
    const headers = { authorization: `Bearer ${ports.credentials.token ?? ''}` };
    return askAll(ports, [
      {
        check: 'version',
        url: `${address}/api/version`,
        read: ({ json }) => {
          const { Version: version } = (json() ?? {}) as { Version?: string };
          if (!version) return '!it is not Argo CD’s API';
          const isOld = Number(/^v?(\d+)/.exec(version)?.[1]) < 2;
          return isOld ? `!Argo CD ${version} is older than 2` : `Argo CD ${version}`;
        },
        advice: 'give the address of an Argo CD from 2 on',
      },
      {
        check: 'token',
        url: `${address}/api/v1/session/userinfo`,
        headers,
        read: ({ json }) => {
          const { loggedIn, username } = (json() ?? {}) as { loggedIn?: boolean; username?: string };
          return loggedIn ? `signed in as ${username}` : '!the token signs nobody in';
        },
        refused: 'make a new token (argocd account generate-token) and write it into the Secret as token',
        advice: 'make a new token (argocd account generate-token) and write it into the Secret as token',
      },
      {
        check: 'applications',
        url: `${address}/api/v1/applications?fields=items.metadata.name`,
        headers,
        read: () => 'applications are listed',
        advice: 'give the account the right to get applications',
      },
    ]);
  },
};
