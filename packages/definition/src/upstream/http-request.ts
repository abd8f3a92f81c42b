import { type IncomingMessage, request as plainRequest } from 'node:http';
import { request as tlsRequest } from 'node:https';
import { rootCertificates } from 'node:tls';
import { messageOf, SlipwayError } from '@slipway/api';
import { lookupLoopback } from '@slipway/client/node';
import type { HttpAnswer, HttpAsked } from './http-port.ts';

const MOST_BYTES = 16 * 1024 * 1024;
const TIMEOUT_MS = 30_000;

/**
 * The one `HttpPort` of real processes. Redirects are answers, so credentials go nowhere else.
 * @throws SlipwayError NoAnswer, which names the address without its query and never what was sent
 */
export async function httpRequest(asked: HttpAsked): Promise<HttpAnswer> {
  const { ca, timeoutMs = TIMEOUT_MS, method = 'GET' } = asked;
  const url = new URL(asked.url);
  const timeout = AbortSignal.timeout(timeoutMs);
  const signal = asked.signal ? AbortSignal.any([asked.signal, timeout]) : timeout;
  const { type, text } = bodyOf(asked.body);
  const headers = {
    accept: 'application/json',
    ...(text === undefined ? {} : { 'content-length': String(Buffer.byteLength(text)) }),
    ...(type ? { 'content-type': type } : {}),
    ...asked.headers,
  };
  const trust = ca ? { ca: [...rootCertificates, ca] } : {};
  try {
    const answer = await exchange(url, { method, headers, signal, lookup: lookupLoopback, ...trust }, text);
    return await answerOf(answer);
  } catch (error) {
    asked.signal?.throwIfAborted();
    const why = timeout.aborted ? `no full answer within ${timeoutMs} ms` : messageOf(error);
    throw new SlipwayError('NoAnswer', `${method} ${url.origin}${url.pathname}: ${why}`, { cause: error });
  }
}

function bodyOf(body: unknown): { type?: string; text?: string } {
  if (body === undefined) return {};
  if (typeof body === 'string') return { text: body };
  if (body instanceof URLSearchParams)
    return { type: 'application/x-www-form-urlencoded', text: body.toString() };
  return { type: 'application/json', text: JSON.stringify(body) };
}

function exchange(
  url: URL,
  options: Parameters<typeof tlsRequest>[1],
  text: string | undefined,
): Promise<IncomingMessage> {
  const send = url.protocol === 'https:' ? tlsRequest : plainRequest;
  return new Promise((resolve, reject) => {
    const outgoing = send(url, { ...options, agent: false }, resolve);
    outgoing.on('error', reject);
    outgoing.end(text);
  });
}

async function answerOf(answer: IncomingMessage): Promise<HttpAnswer> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of answer as AsyncIterable<Buffer>) {
    size += piece.length;
    if (size > MOST_BYTES) throw new Error(`the answer has more than ${MOST_BYTES} bytes`);
    pieces.push(piece);
  }
  const text = Buffer.concat(pieces).toString();
  return { status: answer.statusCode ?? 0, headers: answer.headers, text, json: () => parsed(text) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
