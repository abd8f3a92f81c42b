import { askExisting, type Existing, type ExistingPorts, type Finding } from '@slipway/definition';

const ADVICE = 'give the registry’s address without /v2, and a user who may push';
const REFUSED = 'write a user name and password (or token) that the registry takes into the Secret';

/** Any registry of the OCI distribution specification that somebody runs. */
export const existing: Existing = {
  credentials: {
    username: { description: 'A user who may push and pull.', optional: true },
    password: { description: 'Their password, or a token.', optional: true },
  },
  check: async (ports, { address }) => {
    const { finding, answer } = await askExisting(ports, {
      check: 'api',
      url: `${address}/v2/`,
      status: [200, 401],
      read: ({ status, headers }) => {
        if (status === 401 && !headers['www-authenticate']) return '!it does not say how to sign in';
        return status === 200 ? 'anybody may ask' : 'a registry that asks who is there';
      },
      advice: ADVICE,
    });
    if (!answer || answer.status === 200) return [finding];
    return [finding, await signIn(ports, address, String(answer.headers['www-authenticate']))];
  },
};

/** As the registry asks (distribution specification, "token authentication"), or with Basic. */
async function signIn(ports: ExistingPorts, address: string, challenge: string): Promise<Finding> {
  const { username = '', password = '' } = ports.credentials;
  const basic = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  const check = 'credentials';
  const ask = (authorization: string) =>
    askExisting(ports, {
      check,
      url: `${address}/v2/`,
      headers: { authorization },
      read: () => `signed in as ${username}`,
      refused: REFUSED,
      advice: ADVICE,
    });
  if (!/^bearer/i.test(challenge)) return (await ask(basic)).finding;
  const field = (name: string) => new RegExp(`${name}="([^"]*)"`).exec(challenge)?.[1];
  const realm = URL.parse(field('realm') ?? '');
  if (!realm) return { check, ok: false, found: 'it names no place for tokens', advice: ADVICE };
  realm.searchParams.set('service', field('service') ?? '');
  const { finding, answer } = await askExisting(ports, {
    check,
    url: realm.href,
    headers: { authorization: basic },
    read: ({ json }) => (tokenIn(json()) ? 'a token was given' : '!no token was given'),
    refused: REFUSED,
    advice: ADVICE,
  });
  return answer ? (await ask(`Bearer ${tokenIn(answer.json())}`)).finding : finding;
}

function tokenIn(body: unknown): string | undefined {
  const { token, access_token } = (body ?? {}) as { token?: string; access_token?: string };
  return token ?? access_token;
}
