import { SlipwayError } from '@slipway/api';
import type { HttpAnswer, HttpAsked, WiringSettings } from '@slipway/definition';

/** The REST of a server that somebody else runs, as whoever's token was given. */
export interface HostedApi {
  /** Undefined when there is no such thing, or none that this account may see. */
  get<T>(path: string): Promise<T | undefined>;
  /** True when it was done; false when the server says that there is no such place, or that it may not be. */
  tryTo(method: NonNullable<HttpAsked['method']>, path: string, body?: unknown): Promise<boolean>;
  /** All pages of a list; undefined as of `get`. */
  all<T>(path: string, most?: number): Promise<T[] | undefined>;
}

export interface HostedServer {
  title: string;
  /** Where paths begin. */
  base: string;
  headers(token: string): Record<string, string>;
}

/** The most that both give at once. */
export const PAGE = 100;
const MOST_PAGES = 100;

/** @throws SlipwayError NoAnswer, AdminRefused, ServerRefused; none shows what was sent */
export function hostedApi(
  { title, base, headers }: HostedServer,
  { http, ca }: Pick<WiringSettings, 'http' | 'ca'>,
  { token, signal }: { token: string; signal: AbortSignal },
): HostedApi {
  const ask = (method: NonNullable<HttpAsked['method']>, path: string, body?: unknown) =>
    http({ url: `${base}${path}`, method, headers: headers(token), body, signal, ...(ca ? { ca } : {}) });
  const get = async <T>(path: string) => {
    const answer = await ask('GET', path);
    return answer.status === 404 ? undefined : (good(title, answer, `GET ${path}`).json() as T);
  };
  return {
    get,
    tryTo: async (method, path, body) => {
      const answer = await ask(method, path, body);
      if ([403, 404, 409, 422].includes(answer.status) || isTaken(answer)) return false;
      good(title, answer, `${method} ${path}`);
      return true;
    },
    all: async <T>(path: string, most = MOST_PAGES) => {
      const found: T[] = [];
      for (let page = 1; page <= most; page++) {
        const some = await get<T[]>(`${path}${path.includes('?') ? '&' : '?'}per_page=${PAGE}&page=${page}`);
        if (!some) return page === 1 ? undefined : found;
        found.push(...some);
        if (some.length < PAGE) break;
      }
      return found;
    },
  };
}

/** GitLab says of a name that is taken, or of a group that may not be made, that the request is bad. */
function isTaken({ status }: HttpAnswer): boolean {
  return status === 400;
}

/** Servers say why in `message`; nothing else of a body is repeated. */
function good(title: string, answer: HttpAnswer, what: string): HttpAnswer {
  if (answer.status < 300) return answer;
  const { message = 'no reason given' } = (answer.json() ?? {}) as { message?: unknown };
  const said = typeof message === 'string' ? message : JSON.stringify(message);
  const code = answer.status === 401 ? 'AdminRefused' : 'ServerRefused';
  throw new SlipwayError(code, `${title}: ${what}: ${answer.status}: ${said.slice(0, 300)}`);
}

/** Organization or group that an address ends in: `acme` of `https://github.com/acme`; undefined: it has none. */
export function ownerIn(address: string): string | undefined {
  return new URL(address).pathname.replace(/^\/+|\/+$/g, '') || undefined;
}

/** @throws SlipwayError OwnerMissing */
export function ownerOf(address: string, { title, example }: { title: string; example: string }): string {
  const owner = ownerIn(address);
  if (owner) return owner;
  throw new SlipwayError(
    'OwnerMissing',
    `${title} ${address}: where the platform’s own repositories are to be is not said; give its address with that, as ${example}`,
  );
}
