import { SlipwayError } from '@slipway/api';
import type { HttpAnswer, HttpAsked, HttpPort } from '@slipway/definition';

/** A Gitea's REST, as one account. Paths are below `/api/v1`. */
export interface GiteaApi {
  /** Undefined when there is no such thing, or none that this account may see. */
  get<T>(path: string, options?: { as?: string }): Promise<T | undefined>;
  /** What was made; undefined when it is there already. */
  create<T>(path: string, body: unknown): Promise<T | undefined>;
  send(method: 'PUT' | 'PATCH', path: string, body: unknown): Promise<void>;
  /** True when there was something to delete. */
  remove(path: string): Promise<boolean>;
  /** For whoever has to judge an answer by its status. */
  ask(method: NonNullable<HttpAsked['method']>, path: string, body?: unknown): Promise<HttpAnswer>;
}

export interface GiteaAddress {
  http: HttpPort;
  /** `https://git.acme.example`, without a slash at its end. */
  base: string;
  ca?: string;
  signal?: AbortSignal;
}

/** An account that signs in by its password or by a token. */
export type GiteaCredentials = { username: string; password: string } | { token: string };

/** @throws SlipwayError NoAnswer, AdminRefused, GiteaRefused; none shows what was sent */
export function giteaApi(address: GiteaAddress, credentials: GiteaCredentials): GiteaApi {
  const authorization = authorizationOf(credentials);
  const ask = (method: NonNullable<HttpAsked['method']>, path: string, body?: unknown, as?: string) => {
    const { http, base, ca, signal } = address;
    const headers = { authorization, ...(as === undefined ? {} : { sudo: as }) };
    const reach = { ...(ca ? { ca } : {}), ...(signal ? { signal } : {}) };
    return http({ ...reach, url: `${base}/api/v1${path}`, method, headers, body });
  };
  return {
    ask,
    get: async <T>(path: string, { as }: { as?: string } = {}) => {
      const answer = await ask('GET', path, undefined, as);
      if (answer.status === 404) return undefined;
      return good(answer, `GET ${path}`).json() as T;
    },
    create: async <T>(path: string, body: unknown) => {
      const answer = await ask('POST', path, body);
      if (answer.status === 409) return undefined;
      return good(answer, `POST ${path}`).json() as T;
    },
    send: async (method, path, body) => {
      good(await ask(method, path, body), `${method} ${path}`);
    },
    remove: async path => {
      const answer = await ask('DELETE', path);
      if (answer.status !== 404) good(answer, `DELETE ${path}`);
      return answer.status !== 404;
    },
  };
}

function authorizationOf(credentials: GiteaCredentials): string {
  if ('token' in credentials) return `token ${credentials.token}`;
  const { username, password } = credentials;
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

/** Gitea says why in `message`; nothing else of a body is repeated. */
export function good(answer: HttpAnswer, what: string): HttpAnswer {
  if (answer.status < 300) return answer;
  const { message = 'no reason given' } = (answer.json() ?? {}) as { message?: string };
  const code = answer.status === 401 ? 'AdminRefused' : 'GiteaRefused';
  throw new SlipwayError(code, `Gitea: ${what}: ${answer.status}: ${message.slice(0, 300)}`);
}
