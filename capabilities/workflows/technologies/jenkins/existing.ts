import { askAll, type Existing } from '@slipway/definition';

/** A Jenkins that somebody runs. */
export const existing: Existing = {
  credentials: {
    username: { description: 'A user who may read and start jobs.' },
    token: { description: 'Their API token; a password is not enough.' },
  },
  check: (ports, { address }) => {
    const { username = '', token = '' } = ports.credentials;
    const authorization = `Basic ${Buffer.from(`${username}:${token}`).toString('base64')}`;
    const refused = 'make a new API token (the user’s Security page) and write it into the Secret as token';
    return askAll(ports, [
      {
        check: 'version',
        url: `${address}/login`,
        read: ({ headers }) => {
          const version = headers['x-jenkins'];
          return version ? `Jenkins ${version}` : '!it is no Jenkins';
        },
        advice: 'give the address of Jenkins, with its prefix if it has one',
      },
      {
        check: 'token',
        url: `${address}/me/api/json?tree=id`,
        headers: { authorization },
        read: ({ json }) => {
          const { id } = (json() ?? {}) as { id?: string };
          return id ? `signed in as ${id}` : '!the token signs nobody in';
        },
        refused,
        advice: refused,
      },
    ]);
  },
};
