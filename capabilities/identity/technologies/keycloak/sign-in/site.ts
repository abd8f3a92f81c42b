import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock, Log } from '@slipway/api';
import type { Client } from '@slipway/client';
import type Provider from 'oidc-provider';
import type { SignInAudit } from '../audit.ts';
import { type Html, pageHeaders, pageText } from '../pages/layout.ts';
import type { Passwords } from '../password/passwords.ts';
import type { Directory } from '../people/directory.ts';
import type { Clients } from '../provider/clients.ts';
import type { Tickets } from './ticket.ts';

/** What the pages of the sign-in site share. */
export interface Site {
  /** `https://id.<domain>:<port>` */
  origin: string;
  /** `/realms/<realm>` */
  root: string;
  portalUrl: string;
  client: Client;
  clock: Clock;
  log: Log;
  provider: Provider;
  clients: Clients;
  directory: Directory;
  passwords: Passwords;
  tickets: Tickets;
  audit: SignInAudit;
}

/** One page: `path` is below the realm and has the part after the page's own prefix. */
export type SitePage = (
  site: Site,
  request: IncomingMessage,
  response: ServerResponse,
  rest: string,
) => Promise<void>;

export function showPage(
  response: ServerResponse,
  page: { title: string; body: Html; status?: number; formTargets?: string[] },
): void {
  response.writeHead(page.status ?? 200, pageHeaders(page.formTargets));
  response.end(pageText(page.title, page.body));
}

export function redirect(response: ServerResponse, location: string): void {
  response.writeHead(303, { location, 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' });
  response.end();
}
