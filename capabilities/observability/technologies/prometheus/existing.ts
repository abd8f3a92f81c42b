import { askAll, type Existing, type ExistingPorts } from '@slipway/definition';

/** A Prometheus, or what answers like one (Thanos, Mimir), that somebody runs. */
export const existing: Existing = {
  credentials: {
    token: { description: 'A bearer token, where it asks for one.', optional: true },
    username: { description: 'A user name, where it asks for one.', optional: true },
    password: { description: 'Their password.', optional: true },
  },
  check: (ports, { address }) => {
    const headers = headersOf(ports);
    const refused = 'write the token, or username and password, into the Secret';
    return askAll(ports, [
      {
        check: 'query',
        url: `${address}/api/v1/query?query=vector(1)`,
        headers,
        read: ({ json }) => {
          const { status } = (json() ?? {}) as { status?: string };
          return status === 'success' ? 'queries are answered' : '!it is not Prometheus’ API';
        },
        refused,
        advice: 'give the address that /api/v1 is below, with its prefix if it has one',
      },
      {
        check: 'version',
        url: `${address}/api/v1/status/buildinfo`,
        headers,
        read: ({ json }) => {
          const { data } = (json() ?? {}) as { data?: { version?: string } };
          return data?.version ? `version ${data.version}` : '!it does not say its version';
        },
        refused,
        advice: 'give the address of a Prometheus from 2.14 on',
      },
    ]);
  },
};

function headersOf({ credentials }: ExistingPorts): Record<string, string> {
  const { token, username, password } = credentials;
  if (token) return { authorization: `Bearer ${token}` };
  if (!username) return {};
  return { authorization: `Basic ${Buffer.from(`${username}:${password ?? ''}`).toString('base64')}` };
}
