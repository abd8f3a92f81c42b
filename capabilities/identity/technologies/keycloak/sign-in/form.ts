import type { IncomingMessage } from 'node:http';
import { StatusError } from '@slipway/api';

const LARGEST = 16 * 1024;

/** Reads a posted form from this very site. @throws StatusError Forbidden, BadRequest, RequestEntityTooLarge */
export async function readForm(request: IncomingMessage, origin: string): Promise<URLSearchParams> {
  // Browsers send Origin with every POST; a page of another site cannot fake it.
  const { origin: from, 'sec-fetch-site': site } = request.headers;
  if (from !== origin || (site !== undefined && site !== 'same-origin')) {
    throw new StatusError('Forbidden', 'this form was sent from another site; open the sign-in page again');
  }
  if (!/^application\/x-www-form-urlencoded\b/.test(request.headers['content-type'] ?? '')) {
    throw new StatusError('BadRequest', 'a form is expected');
  }
  return new URLSearchParams(await readBody(request));
}

/** All of a small body. @throws StatusError RequestEntityTooLarge */
export async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size > LARGEST) throw new StatusError('RequestEntityTooLarge', 'what was sent is too large');
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString('utf8');
}
