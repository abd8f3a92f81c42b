import type { IncomingMessage, ServerResponse } from 'node:http';
import { StatusError } from '@slipway/api';
import { type Handler, sendPage } from '@slipway/gateway';
import type { JSONWebKeySet } from 'jose';
import type Provider from 'oidc-provider';
import { ROUTES } from '../provider/routes.ts';
import { interactionPage } from '../sign-in/interaction.ts';
import { linkPage } from '../sign-in/link.ts';
import { passwordPage } from '../sign-in/password-page.ts';
import { redirect, type Site, type SitePage } from '../sign-in/site.ts';
import type { accountHandler } from './account.ts';
import type { adminHandler } from './admin.ts';
import { realmDocument } from './realm.ts';
import { sendJson } from './send-json.ts';
import type { tokensHandler } from './tokens.ts';

const PAGES: Record<string, SitePage> = {
  interaction: interactionPage,
  'sign-in': linkPage,
  password: passwordPage,
};

/** Everything that `id.<domain>` answers. */
export function idHost(options: {
  site(): Promise<Site & { publicKeys: JSONWebKeySet }>;
  admin: ReturnType<typeof adminHandler>;
  account: ReturnType<typeof accountHandler>;
  tokens: ReturnType<typeof tokensHandler>;
}): Handler {
  return async (request, response) => {
    const site = await options.site();
    response.setHeader('x-frame-options', 'DENY');
    const path = (request.url ?? '/').split('?')[0] ?? '/';
    try {
      await answer(site, options, request, response, path);
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      sendPage(request, response, { status: error.status, title: error.reason, message: error.message });
    }
  };
}

async function answer(
  site: Site & { publicKeys: JSONWebKeySet },
  doors: Pick<Parameters<typeof idHost>[0], 'admin' | 'account' | 'tokens'>,
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
): Promise<void> {
  if (path === '/') return redirect(response, site.portalUrl);
  if (path.startsWith('/admin/')) return doors.admin(request, response, path);
  if (path !== site.root && !path.startsWith(`${site.root}/`)) return notFound(response, path);
  if (path === `${site.root}${ROUTES.jwks}` && request.method === 'GET') {
    return sendKeys(response, site.publicKeys);
  }
  const below = path.slice(site.root.length + 1).replace(/\/$/, '');
  const [page = '', rest = ''] = below.split('/');
  if (page === 'account' || page === 'tokens')
    return doors[page](request, response, below.slice(page.length + 1));
  if (page === '') return sendJson(response, 200, await realmDocument(site));
  const own = PAGES[page];
  if (own) return own(site, request, response, rest);
  // The way Connect-like frameworks mount handlers below a path; oidc-provider builds its addresses from these.
  const mounted = request as IncomingMessage & { originalUrl?: string; baseUrl?: string };
  mounted.originalUrl = request.url ?? '';
  mounted.baseUrl = site.root;
  // And from this header; whoever asks must not choose what addresses others are told.
  request.headers.host = new URL(site.provider.issuer).host;
  request.url = (request.url ?? '').slice(site.root.length);
  await callbackOf(site.provider)(request, response);
}

const callbacks = new WeakMap<Provider, ReturnType<Provider['callback']>>();

/** Made once for each provider: making it puts the whole pipeline together. */
function callbackOf(provider: Provider): ReturnType<Provider['callback']> {
  const known = callbacks.get(provider);
  if (known) return known;
  const made = provider.callback();
  callbacks.set(provider, made);
  return made;
}

const keyTexts = new WeakMap<JSONWebKeySet, Buffer>();

/** The keys that everybody asks for who checks a token: the same bytes each time, for pages of any site. */
function sendKeys(response: ServerResponse, keys: JSONWebKeySet): void {
  const text = keyTexts.get(keys) ?? Buffer.from(JSON.stringify(keys));
  keyTexts.set(keys, text);
  response.writeHead(200, {
    'content-type': 'application/json',
    'content-length': text.length,
    'cache-control': 'no-cache',
    'access-control-allow-origin': '*',
    'x-content-type-options': 'nosniff',
  });
  response.end(text);
}

function notFound(response: ServerResponse, path: string): void {
  const isRealm = /^\/realms\/[^/]+/.test(path);
  // Keycloak's words.
  sendJson(response, 404, {
    error: isRealm ? 'Realm does not exist' : 'Unable to find matching target resource method',
  });
}
