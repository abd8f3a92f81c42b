import type { Dial } from './reach/outside.ts';

/** How a server is reached and who asks there. What it holds is never logged, nor named in errors. */
export interface SourceAccess {
  /** Basic, together with `password`. */
  username?: string;
  password?: string;
  bearerToken?: string;
  /** PEM text of the authorities to trust; default: the system's. */
  ca?: string;
  /** PEM texts of a TLS client certificate and its key. */
  cert?: string;
  key?: string;
  /** The server's certificate is not checked. Only when somebody asked for that. */
  insecure?: boolean;
  /** HTTP without TLS, for registries that are named without a scheme. */
  plainHttp?: boolean;
  /** Where it is dialled when its name alone does not say it. */
  address?: { host: string; port: number; serverName: string; ca: string };
  dial?: Dial;
}

/** `Authorization:` of an access; undefined for nobody in particular. */
export function authorizationOf({ username, password, bearerToken }: SourceAccess): string | undefined {
  if (bearerToken) return `Bearer ${bearerToken}`;
  if (!username && !password) return undefined;
  return `Basic ${Buffer.from(`${username ?? ''}:${password ?? ''}`).toString('base64')}`;
}
