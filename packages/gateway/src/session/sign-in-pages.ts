import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Clock, type Log, messageOf, type Random, SlipwayError } from '@slipway/api';
import { sendPage } from '../page.ts';
import type { Handler } from '../route.ts';
import type { OidcClient } from './oidc-client.ts';
import type { SealedCookie } from './sealed-cookie.ts';
import { describe, type SessionCookie, type Sessions } from './sessions.ts';

/** What is remembered of a sign-in under way. */
export interface LoginCookie {
  state: string;
  nonce: string;
  verifier: string;
  to: string;
}

export interface SessionParts {
  portalUrl: string;
  issuer: string;
  clock: Clock;
  random: Random;
  log: Log;
  client: OidcClient;
  sessions: Sessions;
  sessionCookie: SealedCookie<SessionCookie>;
  loginCookie: SealedCookie<LoginCookie>;
}

const LOGIN_MS = 30 * 60 * 1000;
/** Longest life of a session, whatever is done in it. */
const SESSION_MS = 10 * 3600 * 1000;

/** The session's own addresses, by path. */
export function signInPages(parts: SessionParts): Record<string, Handler> {
  return {
    '/auth/login': (request, response) => login(parts, request, response),
    '/auth/callback': (request, response) => callback(parts, request, response),
    '/auth/logout': (request, response) => logout(parts, request, response),
    '/auth/session': (request, response) => whoami(parts, request, response),
  };
}

function login(
  { client, random, portalUrl, loginCookie }: SessionParts,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const to = localPath(new URL(request.url ?? '/', portalUrl).searchParams.get('to'));
  const text = (size: number) => Buffer.from(random.bytes(size)).toString('base64url');
  const cookie: LoginCookie = { state: text(16), nonce: text(16), verifier: text(48), to };
  const location = client.authorizationUrl({ ...cookie, redirectUri: `${portalUrl}/auth/callback` });
  redirect(response, location, [loginCookie.write(cookie, LOGIN_MS)]);
}

/** A path of this very site; anything else leads home. */
function localPath(to: string | null): string {
  return to !== null && /^\/(?![/\\])/.test(to) && !/[\r\n]/.test(to) ? to : '/';
}

async function callback(
  parts: SessionParts,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { client, clock, random, portalUrl, loginCookie, sessionCookie, sessions } = parts;
  const query = new URL(request.url ?? '/', portalUrl).searchParams;
  const login = loginCookie.read(request);
  // Another tab has started anew, or the cookie has gone: begin again rather than fail.
  if (!login || login.state !== query.get('state')) return redirect(response, '/auth/login', []);
  const error = query.get('error');
  if (error !== null)
    return failed(request, response, query.get('error_description') ?? error, loginCookie.cleared);
  try {
    const { verifier, nonce } = login;
    const code = query.get('code') ?? '';
    const tokens = await client.exchange({
      code,
      verifier,
      nonce,
      redirectUri: `${portalUrl}/auth/callback`,
    });
    const id = Buffer.from(random.bytes(16)).toString('base64url');
    const endsAt = clock.now() + SESSION_MS;
    const session = { id, refreshToken: tokens.refreshToken ?? '', endsAt, ...describe(tokens) };
    sessions.remember(session, tokens);
    redirect(response, login.to, [sessionCookie.write(session, SESSION_MS), loginCookie.cleared]);
  } catch (reason) {
    if (!(reason instanceof SlipwayError)) throw reason;
    failed(request, response, reason.message, loginCookie.cleared);
  }
}

function failed(request: IncomingMessage, response: ServerResponse, cause: string, cleared: string): void {
  response.setHeader('set-cookie', cleared);
  const message = `You were not signed in: ${cause}. Open the portal again to retry.`;
  sendPage(request, response, { status: 400, title: 'Sign-in failed', message });
}

async function logout(
  parts: SessionParts,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { client, portalUrl, sessionCookie } = parts;
  const isOwn = request.headers.origin === portalUrl || request.headers['sec-fetch-site'] === 'same-origin';
  if (request.method !== 'POST' || !isOwn) {
    const message = 'Signing out is a POST from the portal itself.';
    return sendPage(request, response, { status: 405, title: 'Method not allowed', message });
  }
  const session = sessionCookie.read(request);
  const hasEnded = session === undefined || (await endAtIssuer(parts, session));
  // An issuer that cannot be told is asked in the browser, where its own page ends the session.
  redirect(response, hasEnded ? `${portalUrl}/` : client.endSessionUrl(`${portalUrl}/`), [
    sessionCookie.cleared,
  ]);
}

/** Ends the session for every application, and this portal's part of it in any case. */
async function endAtIssuer(
  { client, sessions, log }: SessionParts,
  session: SessionCookie,
): Promise<boolean> {
  const warn = (error: unknown) => {
    log.warn('sign-out failed', { error: messageOf(error) });
    return false;
  };
  const access = await sessions.access(session).catch(() => undefined);
  const hasEnded = access ? await client.endSession(access.accessToken).catch(warn) : false;
  sessions.forget(session.id);
  if (hasEnded) return true;
  await client.revoke(access?.session.refreshToken ?? session.refreshToken).catch(warn);
  return false;
}

async function whoami(
  parts: SessionParts,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const session = parts.sessionCookie.read(request);
  const access = session && (await parts.sessions.access(session));
  const body = access
    ? {
        user: access.session.user,
        name: access.session.name,
        groups: access.session.groups,
        issuer: parts.issuer,
      }
    : { error: 'Unauthorized', status: 401, message: 'You are not signed in.' };
  const text = JSON.stringify(body);
  const cookies = session && !access ? { 'set-cookie': parts.sessionCookie.cleared } : {};
  response.writeHead(access ? 200 : 401, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
    ...cookies,
  });
  response.end(text);
}

function redirect(response: ServerResponse, location: string, cookies: string[]): void {
  response.writeHead(303, {
    location,
    'cache-control': 'no-store',
    'content-length': 0,
    ...(cookies.length > 0 ? { 'set-cookie': cookies } : {}),
  });
  response.end();
}
