import type { IncomingMessage, ServerResponse } from 'node:http';
import { StatusError } from '@slipway/api';

const MOST_BYTES = 1024 * 1024;

/**
 * The JSON object that a request carries; `{}` when it carries nothing.
 * @throws StatusError RequestEntityTooLarge, BadRequest
 */
export async function readJson(
  request: IncomingMessage,
  mostBytes = MOST_BYTES,
): Promise<Record<string, unknown>> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength;
    if (size > mostBytes)
      throw new StatusError('RequestEntityTooLarge', `the body is larger than ${mostBytes} bytes`);
    chunks.push(chunk);
  }
  try {
    const value: unknown = JSON.parse(Buffer.concat(chunks).toString() || '{}');
    if (value && typeof value === 'object' && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // Said below.
  }
  throw new StatusError('BadRequest', 'the body is no JSON object');
}

/** Answers with JSON that no cache keeps. */
export function sendJson(response: ServerResponse, value: unknown, status = 200): void {
  sendBytes(response, Buffer.from(JSON.stringify(value)), status);
}

/** As `sendJson`, where the text is there already. */
export function sendBytes(response: ServerResponse, bytes: Buffer, status = 200): void {
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': bytes.byteLength,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
  response.end(bytes);
}

/** The token of a request: a bearer's, or the password of Basic (the user name is ignored). */
export function tokenOf({ headers: { authorization = '' } }: IncomingMessage): string | undefined {
  const [, scheme = '', value = ''] = /^(\S+)\s+(.+)$/.exec(authorization) ?? [];
  if (/^bearer$/i.test(scheme)) return value.trim() || undefined;
  if (!/^basic$/i.test(scheme)) return undefined;
  const text = Buffer.from(value, 'base64').toString();
  return text.slice(text.indexOf(':') + 1) || undefined;
}
