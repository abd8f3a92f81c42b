import type { IncomingMessage } from 'node:http';
import type { RequestHead } from '../express/request-head.ts';
import { hostName } from '../listener/host-table.ts';
import type { HeaderEdit } from './choice.ts';

/** RFC 9110, 7.6.1, and what proxies have always treated so. */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'transfer-encoding',
  'upgrade',
  'expect',
]);
/** What a client says about these is not believed: we are the first proxy it meets. */
const REPLACED = new Set([
  'forwarded',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-port',
  'x-forwarded-proto',
  'x-real-ip',
  'x-request-id',
]);

/** Flat list of names and values, as they go to the backend. */
export function requestHeaders(
  request: RequestHead,
  options: { host?: string; edit?: HeaderEdit },
): string[] {
  const { rawHeaders } = request;
  const listed = connectionTokens(request);
  const headers: string[] = [];
  let cookies = '';
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = (rawHeaders[i] ?? '').toLowerCase();
    const value = rawHeaders[i + 1] ?? '';
    if (name === 'host' || name.charCodeAt(0) === COLON) continue;
    if (HOP_BY_HOP.has(name) || REPLACED.has(name) || listed?.includes(name)) continue;
    // RFC 9113, 8.2.3: HTTP/2 splits cookies; HTTP/1 wants them in one line.
    if (name === 'cookie') cookies += cookies === '' ? value : `; ${value}`;
    if (name !== 'cookie') headers.push(name, value);
  }
  if (cookies !== '') headers.push('cookie', cookies);
  const host = publicHost(request);
  const remote = request.socket.remoteAddress ?? '';
  const port = request.socket.localPort ?? '';
  headers.push(
    'host',
    options.host ?? host,
    'x-forwarded-for',
    remote,
    'x-forwarded-host',
    host,
    'x-forwarded-port',
    String(port),
    'x-forwarded-proto',
    'https',
    'forwarded',
    `for=${remote.includes(':') ? `"[${remote}]"` : remote};host="${host.replace(/["\\]/g, '')}";proto=https`,
    'x-request-id',
    String(request.headers['x-request-id'] ?? ''),
  );
  return options.edit ? editHeaders(headers, options.edit) : headers;
}

const COLON = 58;

/** The host as the client wrote it, with its port. */
export function publicHost(request: RequestHead): string {
  return (request.headers[':authority'] as string | undefined) ?? request.headers.host ?? '';
}

/** Flat list of a response's headers, without what concerns one connection only. */
export function responseHeaders(raw: readonly (string | Buffer)[], edit?: HeaderEdit): string[] {
  const headers: string[] = [];
  let listed: string[] | undefined;
  for (let i = 0; i < raw.length; i += 2) {
    const name = String(raw[i]).toLowerCase();
    const value = raw[i + 1] ?? '';
    if (name === 'connection') listed = tokensOf(String(value));
    if (HOP_BY_HOP.has(name) || name === 'x-request-id') continue;
    headers.push(name, typeof value === 'string' ? value : value.toString('latin1'));
  }
  const own = listed?.some(name => name !== 'keep-alive' && name !== 'close')
    ? without(headers, listed)
    : headers;
  return edit ? editHeaders(own, edit) : own;
}

/** Applies an edit to a flat list. */
export function editHeaders(headers: string[], edit: HeaderEdit): string[] {
  const replaced = [...(edit.remove ?? []), ...(edit.set ?? []).map(([name]) => name)];
  const kept = replaced.length > 0 ? without(headers, replaced) : headers;
  for (const [name, value] of edit.set ?? []) kept.push(name, value);
  for (const [name, value] of edit.add ?? []) kept.push(name, value);
  return kept;
}

function without(headers: string[], names: string[]): string[] {
  const kept: string[] = [];
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i] ?? '';
    if (!names.includes(name)) kept.push(name, headers[i + 1] ?? '');
  }
  return kept;
}

function connectionTokens(request: RequestHead): string[] | undefined {
  const { connection } = request.headers;
  return connection === undefined || connection === 'keep-alive' ? undefined : tokensOf(connection);
}

function tokensOf(value: string): string[] {
  return value.split(',').map(token => token.trim().toLowerCase());
}

/** True when the request brings a body. */
export function hasBody(request: IncomingMessage): boolean {
  if (request.httpVersionMajor === 2)
    return request.method !== 'GET' && request.method !== 'HEAD' && !request.complete;
  const length = request.headers['content-length'];
  return request.headers['transfer-encoding'] !== undefined || (length !== undefined && length !== '0');
}

/** Host without port, for messages. */
export function hostOf(request: IncomingMessage): string {
  return hostName(publicHost(request));
}
