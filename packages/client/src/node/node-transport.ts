import {
  Agent as HttpAgent,
  type IncomingMessage,
  type RequestOptions,
  request as requestHttp,
} from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import { type ApiRequest, type ApiResponse, messageOf, SlipwayError, type Transport } from '@slipway/api';
import { queryText } from '../http-transport.ts';
import { isStreaming } from '../streams.ts';
import { lookupLoopback } from './loopback.ts';

export interface NodeTransportOptions {
  /** `https://host:port`, without a trailing slash; a path before the API's own is kept. */
  url: string;
  /** PEM text that the server's certificate must lead to; default: the system's. */
  ca?: string;
  /** Bearer token, or a function asked for each request (tokens that expire). */
  token?: string | (() => Promise<string>);
  /** PEM text of a client certificate and its key. */
  cert?: string;
  key?: string;
  /** Name to expect in the certificate, when it is not the URL's. */
  serverName?: string;
  /** User name and password (RFC 7617); not together with `token`. */
  basic?: { username: string; password: string };
  /** Believes whatever certificate it is shown: only where somebody wrote that down for this server. */
  insecure?: boolean;
}

export interface NodeTransport extends Transport {
  /** Closes kept connections. */
  close(): void;
}

/** A Transport over Node's sockets with keep-alive. */
export function nodeTransport(options: NodeTransportOptions): NodeTransport {
  const base = new URL(options.url);
  const secure = base.protocol === 'https:';
  const tls = {
    ...(options.ca ? { ca: options.ca } : {}),
    ...(options.cert ? { cert: options.cert } : {}),
    ...(options.key ? { key: options.key } : {}),
    ...(options.serverName ? { servername: options.serverName } : {}),
    ...(options.insecure ? { rejectUnauthorized: false } : {}),
  };
  const agent = secure
    ? new HttpsAgent({ keepAlive: true, lookup: lookupLoopback, ...tls })
    : new HttpAgent({ keepAlive: true, lookup: lookupLoopback });
  const send = async (request: ApiRequest): Promise<ApiResponse> => {
    const settings: RequestOptions = {
      agent,
      method: request.method,
      headers: headersOf(request, await authorizationOf(options)),
      ...(request.signal ? { signal: request.signal } : {}),
    };
    const prefix = base.pathname.replace(/\/$/, '');
    const url = new URL(`${prefix}${request.path}${queryText(request.query)}`, base);
    const answer = await exchange(secure, url, settings, request.body);
    return await responseOf(answer, request);
  };
  return { send, close: () => agent.destroy() };
}

async function authorizationOf({ token, basic }: NodeTransportOptions): Promise<string | undefined> {
  const bearer = typeof token === 'function' ? await token() : token;
  if (bearer) return `Bearer ${bearer}`;
  if (!basic) return undefined;
  return `Basic ${Buffer.from(`${basic.username}:${basic.password}`).toString('base64')}`;
}

function headersOf(
  request: ApiRequest,
  authorization: string | undefined,
): Record<string, string | string[]> {
  const length =
    request.body === undefined ? {} : { 'content-length': String(Buffer.byteLength(request.body)) };
  return {
    accept: request.accept ?? 'application/json',
    ...(request.contentType ? { 'content-type': request.contentType } : {}),
    ...(authorization ? { authorization } : {}),
    ...length,
    ...request.headers,
  };
}

function exchange(
  secure: boolean,
  url: URL,
  settings: RequestOptions,
  body: string | undefined,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const outgoing = secure ? requestHttps(url, settings) : requestHttp(url, settings);
    outgoing.once('response', resolve);
    outgoing.once('error', error => reject(unreachable(url, error)));
    outgoing.end(body);
  });
}

function unreachable(url: URL, error: Error): Error {
  if (error.name === 'AbortError') return error;
  const advice = 'check that it runs and that the address and CA are right';
  return new SlipwayError(
    'Unreachable',
    `no answer from the API server: ${url.origin}: ${messageOf(error)}; ${advice}`,
    {
      cause: error,
    },
  );
}

async function responseOf(answer: IncomingMessage, request: ApiRequest): Promise<ApiResponse> {
  const status = answer.statusCode ?? 0;
  answer.setEncoding('utf8');
  if (status < 400 && isStreaming(request)) return { status, body: '', stream: answer };
  let body = '';
  for await (const chunk of answer) body += chunk;
  return { status, body };
}
