import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock, Log, Random } from '@slipway/api';
import type { RequestHead } from '../express/request-head.ts';
import { type Page, sendPage, wantsHtml } from '../page.ts';
import type { Choice, HeaderEdit, Target } from '../proxy/choice.ts';
import { createProxy } from '../proxy/proxy.ts';
import { type Upstream, upstreamTarget } from '../proxy/upstream.ts';
import type { Handler, UpgradeHandler } from '../route.ts';
import { type OidcClientOptions, oidcClient } from './oidc-client.ts';
import { sealedCookie } from './sealed-cookie.ts';
import { type Access, createSessions, type SessionCookie } from './sessions.ts';
import { type LoginCookie, type SessionParts, signInPages } from './sign-in-pages.ts';

export interface PortalSessionOptions extends OidcClientOptions {
  /** `https://<domain>:<port>` */
  portalUrl: string;
  /** 32 bytes that only this platform knows. */
  key: Uint8Array;
  clock: Clock;
  random: Random;
  log: Log;
  /** The Kubernetes API, for `/k8s/*`. */
  kubernetes(): Upstream;
  /**
   * Where the Kubernetes API does not know the issuer: headers by which we act for the person, in place of their token.
   */
  actFor?(person: { user: string; groups: string[] }): Promise<[name: string, value: string][]>;
  /** A technology's own API, for `/apis-of/<technology>/*`. */
  apiOf(technology: string): Upstream | undefined;
  /** Everything else: the portal's pages and their assets. */
  pages: Handler;
}

/** The portal's host: pages for the signed-in person, and APIs with that person's rights. */
export interface PortalSession {
  handler: Handler;
  upgrade: UpgradeHandler;
  close(): Promise<void>;
}

const SESSION_COOKIE = '__Host-slipway-session';
const LOGIN_COOKIE = '__Host-slipway-login';

/**
 * Signs people in by the issuer and acts for them. The browser holds one encrypted cookie; tokens never reach it.
 * APIs answer 401 as JSON without a session; only pages lead to the sign-in.
 */
export function createPortalSession(options: PortalSessionOptions): PortalSession {
  const { clock, random, key } = options;
  const client = oidcClient(options);
  const parts: SessionParts = {
    portalUrl: options.portalUrl,
    issuer: options.issuer,
    clock,
    random,
    client,
    log: options.log,
    sessions: createSessions(client, clock),
    sessionCookie: sealedCookie<SessionCookie>({ name: SESSION_COOKIE, key, clock, random }),
    loginCookie: sealedCookie<LoginCookie>({ name: LOGIN_COOKIE, key, clock, random }),
  };
  const pick = (request: RequestHead) => chooseApi(request, parts, options);
  const proxy = createProxy({ pick, log: options.log });
  const own = signInPages(parts);
  return {
    handler: async (request, response) => {
      const path = (request.url ?? '/').split('?')[0] ?? '/';
      const page = own[path];
      if (page) return page(request, response);
      if (isApi(path)) return proxy.handler(request, response);
      if (path.startsWith('/api/')) return serveOwnApi(request, response, parts, options.pages);
      return servePage(request, response, parts, options.pages);
    },
    upgrade: proxy.upgrade,
    close: () => proxy.close(),
  };
}

function isApi(path: string): boolean {
  return path === '/k8s' || path.startsWith('/k8s/') || path.startsWith('/apis-of/');
}

/** A page needs a session; what it loads besides (scripts, styles) is no secret. */
async function servePage(
  request: IncomingMessage,
  response: ServerResponse,
  { sessionCookie }: SessionParts,
  pages: Handler,
): Promise<void> {
  if (!wantsHtml(request) || sessionCookie.read(request)) return pages(request, response);
  const to = encodeURIComponent(request.url ?? '/');
  response.writeHead(302, { location: `/auth/login?to=${to}`, 'cache-control': 'no-store' });
  response.end();
}

/** The portal's own API gets the person's token; a script may bring one itself, and then needs no session. */
async function serveOwnApi(
  request: IncomingMessage,
  response: ServerResponse,
  parts: SessionParts,
  pages: Handler,
): Promise<void> {
  if (request.headers.authorization === undefined) {
    const found = await accessOf(request, parts);
    if ('page' in found) return sendPage(request, response, found.page);
    const { access } = found;
    request.headers.authorization = `Bearer ${access.accessToken}`;
    if (access.isChanged)
      response.appendHeader(
        'set-cookie',
        parts.sessionCookie.write(access.session, access.session.endsAt - parts.clock.now()),
      );
  }
  delete request.headers.cookie;
  return pages(request, response);
}

/** The access that a request's session gives it, or the answer that says why there is none. */
async function accessOf(
  request: RequestHead,
  parts: SessionParts,
): Promise<{ access: Access } | { page: Page }> {
  const problem = crossSite(request, parts.portalUrl);
  if (problem) return { page: refusal(403, 'Forbidden', problem) };
  const session = parts.sessionCookie.read(request);
  const access = session && (await parts.sessions.access(session));
  if (access) return { access };
  const message = 'You are not signed in, or your session has ended; sign in again.';
  return { page: refusal(401, 'Unauthorized', message) };
}

async function chooseApi(
  request: RequestHead,
  parts: SessionParts,
  options: PortalSessionOptions,
): Promise<Choice> {
  const checked = await accessOf(request, parts);
  if ('page' in checked) return checked;
  const { access } = checked;
  const found = targetOf(request.url ?? '/', options);
  if (!found) {
    const message = 'This platform has no such API; "/k8s/" and "/apis-of/<technology>/" are.';
    return { page: refusal(404, 'Not found', message) };
  }
  const cookie = access.isChanged
    ? [parts.sessionCookie.write(access.session, access.session.endsAt - parts.clock.now())]
    : [];
  return {
    target: {
      ...found,
      // The person acts, not the browser: whatever else it sent along stays here.
      requestHeaders: await headersFor(request, access, options),
      responseHeaders: { remove: ['set-cookie'], add: cookie.map(value => ['set-cookie', value]) },
    },
  };
}

async function headersFor(
  { url, headers }: RequestHead,
  { accessToken, session }: Access,
  { actFor }: PortalSessionOptions,
): Promise<HeaderEdit> {
  // Nobody acts for others through the portal.
  const acting = Object.keys(headers).filter(name => name.startsWith('impersonate-'));
  const remove = ['cookie', 'origin', 'referer', ...acting];
  if (!actFor || !(url ?? '').startsWith('/k8s'))
    return { remove, set: [['authorization', `Bearer ${accessToken}`]] };
  const { user, groups } = session;
  return { remove: [...remove, 'authorization'], add: await actFor({ user, groups }) };
}

/** Scripts read these answers. */
function refusal(status: number, title: string, message: string): Page {
  return { status, title, message, format: 'json' };
}

function targetOf(url: string, options: PortalSessionOptions): Target | undefined {
  if (url === '/k8s' || url.startsWith('/k8s/') || url.startsWith('/k8s?')) {
    return {
      ...upstreamTarget(options.kubernetes()),
      path: rooted(url.slice('/k8s'.length)),
      responseTimeoutMs: 0,
    };
  }
  const match = /^\/apis-of\/([a-z0-9-]+)(.*)$/.exec(url);
  const upstream = match?.[1] ? options.apiOf(match[1]) : undefined;
  return upstream && { ...upstreamTarget(upstream), path: rooted(match?.[2] ?? '') };
}

function rooted(path: string): string {
  return path.startsWith('/') ? path : `/${path}`;
}

/** Why a request may have been made by another site; undefined when it was not. */
function crossSite(request: RequestHead, portalUrl: string): string | undefined {
  const { origin, 'sec-fetch-site': site, upgrade } = request.headers;
  const isRead = request.method === 'GET' || request.method === 'HEAD' || request.method === 'OPTIONS';
  if (origin !== undefined && origin !== portalUrl) return 'This request came from another site.';
  if (site !== undefined && site !== 'same-origin' && site !== 'none')
    return 'This request came from another site.';
  if (isRead && upgrade === undefined) return undefined;
  const isOwn = origin === portalUrl || site === 'same-origin';
  return isOwn
    ? undefined
    : 'This request does not say which site it came from; scripts use a token instead of a session.';
}
