import { SlipwayError } from '@slipway/api';
import type { HttpAnswer, HttpAsked, HttpPort } from '@slipway/definition';

/** A realm's admin REST, as somebody who has signed in. Paths are below `/admin/realms/<realm>/`. */
export interface AdminApi {
  /** Undefined when there is no such thing. */
  get<T>(path: string): Promise<T | undefined>;
  /** The new thing's id, from where it is; undefined when it is there already. */
  create(path: string, body: unknown): Promise<string | undefined>;
  put(path: string, body?: unknown): Promise<void>;
  /** A POST that makes nothing with an id. */
  send(path: string, body: unknown): Promise<void>;
  /** True when there was something to delete. */
  remove(path: string, body?: unknown): Promise<boolean>;
}

export interface AdminAddress {
  http: HttpPort;
  /** `https://id.acme.example`, without a slash at its end. */
  base: string;
  ca?: string;
  signal?: AbortSignal;
}

/** Who may call: tokens are short-lived, so it is asked each time. */
export type TokenSource = () => Promise<string>;

/** @throws SlipwayError NoAnswer, KeycloakRefused; neither shows what was sent */
export function adminApi(address: AdminAddress, realm: string, token: TokenSource): AdminApi {
  const ask = async (method: NonNullable<HttpAsked['method']>, path: string, body?: unknown) => {
    const url = `${address.base}/admin/realms/${encodeURIComponent(realm)}/${path}`.replace(/\/$/, '');
    const headers = { authorization: `Bearer ${await token()}` };
    return address.http({ ...reach(address), url, method, headers, body });
  };
  const require = (answer: HttpAnswer, what: string, good: number[]) => {
    if (!good.includes(answer.status)) throw refusedBy(answer, what);
  };
  return {
    get: async <T>(path: string) => {
      const answer = await ask('GET', path);
      if (answer.status === 404) return undefined;
      require(answer, `GET ${path}`, [200]);
      return answer.json() as T;
    },
    create: async (path, body) => {
      const answer = await ask('POST', path, body);
      if (answer.status === 409) return undefined;
      require(answer, `POST ${path}`, [201]);
      return String(answer.headers.location ?? '')
        .split('/')
        .at(-1);
    },
    put: async (path, body) => require(await ask('PUT', path, body), `PUT ${path}`, [200, 204]),
    send: async (path, body) => require(await ask('POST', path, body), `POST ${path}`, [200, 201, 204]),
    remove: async (path, body) => {
      const answer = await ask('DELETE', path, body);
      if (answer.status !== 404) require(answer, `DELETE ${path}`, [200, 204]);
      return answer.status !== 404;
    },
  };
}

/** A token by a grant of the realm's; undefined when it is refused (the realm or the client may be gone). */
export async function tokenBy(
  address: AdminAddress,
  realm: string,
  form: Record<string, string>,
): Promise<{ token: string; lifeMs: number } | undefined> {
  const url = `${address.base}/realms/${encodeURIComponent(realm)}/protocol/openid-connect/token`;
  const answer = await address.http({
    ...reach(address),
    url,
    method: 'POST',
    body: new URLSearchParams(form),
  });
  if ([400, 401, 403, 404].includes(answer.status)) return undefined;
  const given = answer.json() as { access_token?: string; expires_in?: number } | undefined;
  if (answer.status !== 200 || !given?.access_token) throw refusedBy(answer, `a token of realm ${realm}`);
  return { token: given.access_token, lifeMs: (given.expires_in ?? 60) * 1000 };
}

/** What does not change from one request to the next. */
function reach({ ca, signal }: AdminAddress): Pick<HttpAsked, 'ca' | 'signal'> {
  return { ...(ca ? { ca } : {}), ...(signal ? { signal } : {}) };
}

/** Keycloak says why in `errorMessage` or `error`; nothing else of a body is repeated. */
function refusedBy(answer: HttpAnswer, what: string): SlipwayError {
  const said = answer.json() as
    | { errorMessage?: string; error_description?: string; error?: string }
    | undefined;
  const words = said?.errorMessage ?? said?.error_description ?? said?.error ?? 'no reason given';
  return new SlipwayError('KeycloakRefused', `Keycloak: ${what}: ${answer.status}: ${words.slice(0, 300)}`);
}
