import { SlipwayError } from '@slipway/api';
import { type RegistryHttp, readBody } from './registry-http.ts';

export interface RegistryCredentials {
  username?: string;
  /** A password or a token. */
  password: string;
}

/** What `WWW-Authenticate` asks for (RFC 9110, section 11.6.1; distribution's token flow). */
export interface Challenge {
  scheme: 'basic' | 'bearer';
  parameters: Record<string, string>;
}

const ANSWER_BYTES = 1 << 20;

/** The first challenge we can answer; undefined when there is none. */
export function parseChallenge(header: string | undefined): Challenge | undefined {
  const parameter = String.raw`[a-z_]+\s*=\s*(?:"[^"]*"|[^\s,"]+)`;
  const challenge = new RegExp(String.raw`\b(basic|bearer)\b((?:\s*,?\s*${parameter})*)`, 'gi');
  for (const match of (header ?? '').matchAll(challenge)) {
    const scheme = match[1]?.toLowerCase() === 'basic' ? 'basic' : 'bearer';
    const parameters: Record<string, string> = {};
    for (const pair of (match[2] ?? '').matchAll(/([a-z_]+)\s*=\s*(?:"([^"]*)"|([^\s,"]+))/gi)) {
      parameters[(pair[1] ?? '').toLowerCase()] = pair[2] ?? pair[3] ?? '';
    }
    if (scheme === 'basic' || parameters.realm) return { scheme, parameters };
  }
  return undefined;
}

/** `Authorization:` of Basic. Registries that take tokens ignore the name. */
export function basicAuthorization({ username, password }: RegistryCredentials): string {
  return `Basic ${Buffer.from(`${username ?? 'token'}:${password}`).toString('base64')}`;
}

/**
 * Answers a challenge: Basic with the credentials, or a token from the realm (anonymous without credentials).
 * @returns the `Authorization:` header, undefined when there is nothing to answer with
 */
export async function authorize(
  http: RegistryHttp,
  challenge: Challenge,
  options: { scope: string; credentials: RegistryCredentials | undefined; signal?: AbortSignal | undefined },
): Promise<string | undefined> {
  const { credentials, scope } = options;
  if (challenge.scheme === 'basic') return credentials && basicAuthorization(credentials);
  const { realm = '', service } = challenge.parameters;
  const url = new URL(realm);
  if (service) url.searchParams.set('service', service);
  url.searchParams.set('scope', challenge.parameters.scope ?? scope);
  const answer = await http.send({
    method: 'GET',
    url,
    headers: credentials ? { authorization: basicAuthorization(credentials) } : {},
    ...(options.signal ? { signal: options.signal } : {}),
  });
  const body = await readBody(answer, ANSWER_BYTES);
  if (answer.statusCode !== 200) {
    throw new SlipwayError(
      'RegistryDenied',
      `registry token: ${url.host}: status ${answer.statusCode} for ${scope}; check the credentials`,
    );
  }
  const { token, access_token: accessToken } = JSON.parse(body.toString()) as Record<string, string>;
  return `Bearer ${token ?? accessToken ?? ''}`;
}

/** Credentials for a registry from the text of a `.dockerconfigjson` (Kubernetes' image pull secrets). */
export function credentialsFor(dockerConfig: string, registry: string): RegistryCredentials | undefined {
  const { auths = {} } = JSON.parse(dockerConfig) as {
    auths?: Record<string, { auth?: string; username?: string; password?: string }>;
  };
  const entry = Object.entries(auths).find(([server]) => serverName(server) === serverName(registry))?.[1];
  if (!entry) return undefined;
  if (entry.password !== undefined) return { username: entry.username ?? '', password: entry.password };
  const [username = '', ...password] = Buffer.from(entry.auth ?? '', 'base64')
    .toString()
    .split(':');
  return { username, password: password.join(':') };
}

function serverName(server: string): string {
  const host = server.replace(/^https?:\/\//, '').replace(/\/.*$/, '');
  return host === 'index.docker.io' || host === 'registry-1.docker.io' ? 'docker.io' : host;
}
