import type { IncomingHttpHeaders } from 'node:http';

/** What choosing a backend needs to know of a request; node:http's own requests have it too. */
export interface RequestHead {
  method?: string | undefined;
  url?: string | undefined;
  headers: IncomingHttpHeaders;
  /** Names and values in turn, as they came. */
  rawHeaders: string[];
  socket: { remoteAddress?: string | undefined; localPort?: number | undefined };
}

const REQUEST_LINE = /(GET|HEAD) (\/[!-~]*) HTTP\/1\.1\r\n/y;
/** RFC 9110, 5.5 and 5.6.2, without obsolete folding: no control characters, no space before the colon. */
const FIELD =
  /([!#$%&'*+\-.^_`|~0-9A-Za-z]+):[ \t]*((?:[!-~\x80-\xff]+(?:[ \t]+[!-~\x80-\xff]+)*)?)[ \t]*\r\n/y;
/** They change how a message is framed or what happens to its connection: for the full parser. */
const NOT_PLAIN = new Set(['content-length', 'expect', 'te', 'trailer', 'transfer-encoding', 'upgrade']);

/**
 * Parses exactly one request that cannot have a body: GET or HEAD over HTTP/1.1, complete in these bytes, nothing
 * behind it, no field twice, nothing about framing. Undefined for everything else, however valid: node:http decides.
 */
export function parseRequestHead(bytes: Buffer, socket: RequestHead['socket']): RequestHead | undefined {
  const text = bytes.toString('latin1');
  if (!text.endsWith('\r\n\r\n')) return undefined;
  REQUEST_LINE.lastIndex = 0;
  const line = REQUEST_LINE.exec(text);
  if (!line) return undefined;
  const headers: IncomingHttpHeaders = {};
  const rawHeaders: string[] = [];
  const end = text.length - 2;
  let at = REQUEST_LINE.lastIndex;
  while (at < end) {
    FIELD.lastIndex = at;
    const field = FIELD.exec(text);
    if (!field) return undefined;
    at = FIELD.lastIndex;
    const [, raw = '', value = ''] = field;
    const name = raw.toLowerCase();
    if (name in headers || NOT_PLAIN.has(name)) return undefined;
    headers[name] = value;
    rawHeaders.push(raw, value);
  }
  if (at !== end || !headers.host || !isKeptAlive(headers.connection)) return undefined;
  return { method: line[1], url: line[2], headers, rawHeaders, socket };
}

function isKeptAlive(connection: string | undefined): boolean {
  return connection === undefined || connection.toLowerCase() === 'keep-alive';
}
