import { StatusError } from '@slipway/api';
import type { Token } from '@slipway/kinds';

/** A session as Keycloak's Account REST API tells it; times are seconds since 1970. */
export interface Session {
  id: string;
  ipAddress: string;
  started: number;
  lastAccess: number;
  expires: number;
  browser: string;
  os: string;
  current: boolean;
  clients: { clientId: string; clientName: string; offlineAccess: boolean }[];
}

export interface Profile {
  username: string;
  firstName?: string;
  email?: string;
}

export const readProfile = () => account<Profile>('GET', 'account/');
export const readSessions = () => account<Session[]>('GET', 'account/sessions');
export const endSession = (id: string) => account('DELETE', `account/sessions/${encodeURIComponent(id)}`);
export const endOtherSessions = () => account('DELETE', 'account/sessions');
export const readTokens = () => account<(Token & { metadata: { name: string } })[]>('GET', 'tokens');
export const revokeToken = (id: string) => account('DELETE', `tokens/${encodeURIComponent(id)}`);
/** The token itself is in the answer and nowhere else. */
export const makeToken = (wish: { description: string; days: number; scopes: string[] }) =>
  account<{ token: string; id: string; expiresAt: string }>('POST', 'tokens', wish);

/** Asks the issuer, in the person's name. @throws StatusError with the issuer's own message */
async function account<T = unknown>(method: string, path: string, body?: object): Promise<T> {
  const answer = await fetch(`${await realm()}/${path}`, {
    method,
    headers: { accept: 'application/json', ...(body ? { 'content-type': 'application/json' } : {}) },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  if (answer.status === 204) return undefined as T;
  const told = (await answer.json().catch(() => ({}))) as T & {
    message?: string;
    error_description?: string;
  };
  if (answer.ok) return told;
  const message = told.message ?? told.error_description ?? `the issuer answered ${answer.status}`;
  throw new StatusError(answer.status === 401 ? 'Unauthorized' : 'BadRequest', message);
}

/** The issuer's own address, as the session filter leads to it. @throws StatusError Unauthorized */
async function realm(): Promise<string> {
  const answer = await fetch('/auth/session');
  if (answer.status === 401) throw new StatusError('Unauthorized', 'Your session has ended.');
  const { issuer } = (await answer.json()) as { issuer: string };
  return `/apis-of/keycloak${new URL(issuer).pathname}`;
}
