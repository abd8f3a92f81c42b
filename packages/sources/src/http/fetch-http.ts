import { type IncomingMessage, request as plainRequest } from 'node:http';
import { request, type RequestOptions as TlsOptions } from 'node:https';
import { SlipwayError } from '@slipway/api';
import { authorizationOf, type SourceAccess } from '../access.ts';
import { outsideOnly } from '../reach/outside.ts';

export interface HttpOptions {
  access?: SourceAccess;
  /** The credentials are for this address; others on other hosts do not get them. Default: the URL itself. */
  credentialsFor?: string;
  /** Every host gets the credentials, also those a server redirects to (Helm's `--pass-credentials`). */
  passCredentials?: boolean;
  /** Default 64 MiB. */
  maxBytes?: number;
  /** For the whole exchange; default 60,000. */
  timeoutMs?: number;
  signal?: AbortSignal;
}

export interface HttpAnswer {
  status: number;
  body: Buffer;
}

const REDIRECTS = [301, 302, 303, 307, 308];
const MOST_REDIRECTS = 10;
const MOST_BYTES = 64 * 1024 * 1024;

/**
 * Gets one address, following redirects; any final status is an answer.
 * @throws SlipwayError HttpUnreachable, HttpTooLarge, UrlRefused, AddressRefused; messages never show credentials or queries
 */
export async function fetchHttp(address: string, options: HttpOptions = {}): Promise<HttpAnswer> {
  const { timeoutMs = 60_000 } = options;
  const timeout = AbortSignal.timeout(timeoutMs);
  const signal = options.signal ? AbortSignal.any([options.signal, timeout]) : timeout;
  let url = parseUrl(address);
  const home = new URL(options.credentialsFor ?? url.href);
  for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
    const answer = await send(url, home, options, signal).catch(error => {
      options.signal?.throwIfAborted();
      throw timeout.aborted ? unreachable(url, `no full answer within ${timeoutMs} ms`) : error;
    });
    const { location } = answer;
    if (!REDIRECTS.includes(answer.status) || location === undefined) return answer;
    const next = parseUrl(new URL(location, url).href);
    if (url.protocol === 'https:' && next.protocol === 'http:')
      throw unreachable(next, 'a redirect from https to http is not followed');
    url = next;
  }
  throw unreachable(url, `more than ${MOST_REDIRECTS} redirects`);
}

/** An address without what may be secret in it: for messages. */
export function shownUrl(address: string | URL): string {
  const url = URL.parse(String(address));
  if (!url)
    return String(address)
      .replace(/\/\/[^/@]*@/, '//')
      .replace(/\?.*$/s, '');
  return `${url.protocol}//${url.host}${url.pathname}`;
}

function parseUrl(text: string): URL {
  const url = URL.parse(text);
  const refuse = (why: string) =>
    new SlipwayError('UrlRefused', `URL ${JSON.stringify(shownUrl(text))}: ${why}`);
  if (!url || !/^https?:$/.test(url.protocol)) throw refuse('only http:// and https:// are fetched');
  if (url.username || url.password)
    throw refuse('it holds credentials; give them apart from the URL, where they are not logged');
  return url;
}

async function send(
  url: URL,
  home: URL,
  { access = {}, passCredentials, maxBytes = MOST_BYTES }: HttpOptions,
  signal: AbortSignal,
): Promise<HttpAnswer & { location?: string }> {
  const isHome = url.protocol === home.protocol && url.host === home.host;
  const authorization = isHome || passCredentials ? authorizationOf(access) : undefined;
  const headers = { 'user-agent': 'slipway', ...(authorization ? { authorization } : {}) };
  const answer = await open(url, {
    ...requestOptions(isHome, access),
    ...guardOf(url, isHome, access),
    headers,
    signal,
  });
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of answer as AsyncIterable<Buffer>) {
    bytes += piece.length;
    if (bytes > maxBytes) {
      answer.destroy();
      throw new SlipwayError('HttpTooLarge', `${shownUrl(url)}: the answer has more than ${maxBytes} bytes`);
    }
    pieces.push(piece);
  }
  const { location } = answer.headers;
  return { status: answer.statusCode ?? 0, body: Buffer.concat(pieces), ...(location ? { location } : {}) };
}

/** Where to dial and the client's certificate belong to the server they were given for; trust is for all, as in Helm. */
function requestOptions(isHome: boolean, access: SourceAccess): TlsOptions {
  const { address, cert, key, insecure } = access;
  const ca = access.ca ?? (isHome ? address?.ca : undefined);
  return {
    ...(ca ? { ca } : {}),
    ...(insecure ? { rejectUnauthorized: false } : {}),
    ...(isHome && cert && key ? { cert, key } : {}),
    ...(isHome && address ? { host: address.host, port: address.port, servername: address.serverName } : {}),
  };
}

function guardOf(url: URL, isHome: boolean, { dial }: SourceAccess): TlsOptions {
  if (dial === undefined || (dial === 'named' && isHome)) return {};
  return outsideOnly(url.hostname);
}

function open(url: URL, options: TlsOptions): Promise<IncomingMessage> {
  const headers = { ...options.headers, host: url.host };
  const call = url.protocol === 'https:' ? request : plainRequest;
  return new Promise((resolve, reject) => {
    const outgoing = call(url, { ...options, headers, agent: false });
    outgoing.on('response', resolve);
    outgoing.on('error', error =>
      reject(error instanceof SlipwayError ? error : unreachable(url, error.message, error)),
    );
    outgoing.end();
  });
}

function unreachable(url: URL, why: string, cause?: unknown): SlipwayError {
  return new SlipwayError(
    'HttpUnreachable',
    `${shownUrl(url)}: ${why}`,
    cause === undefined ? {} : { cause },
  );
}
