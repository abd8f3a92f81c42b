import type { IncomingMessage, ServerResponse } from 'node:http';
import type { UserInfo } from '@slipway/api';
import { type Digest, isDigest, isRepository } from '@slipway/oci';
import type { RecordAction } from '../../../contract.ts';
import { Failure } from '../registry/failure.ts';
import type { Registry } from '../registry/registry.ts';
import type { Uploads } from '../registry/uploads.ts';
import type { Rights } from './rights.ts';

/** What every endpoint gets. */
export interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
  query: URLSearchParams;
  registry: Registry;
  uploads: Uploads;
  user: UserInfo;
  rights: Rights;
  record: RecordAction;
  /** Bytes of one blob. */
  limit: number;
}

/** An endpoint below one repository; `id` is what follows in the path. */
export interface Target {
  repository: string;
  id: string;
}

export function send(
  { response }: Pick<Exchange, 'response'>,
  status: number,
  headers: Record<string, string | number> = {},
  body?: string | Buffer,
): void {
  const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
  response.writeHead(status, { ...length, ...headers });
  response.end(body);
}

export function sendJson(exchange: Exchange, value: unknown, headers: Record<string, string> = {}): void {
  send(exchange, 200, { 'content-type': 'application/json', ...headers }, JSON.stringify(value));
}

/** @throws Failure `DIGEST_INVALID` */
export function digestIn(text: string | null): Digest {
  if (text !== null && isDigest(text)) return text;
  throw new Failure(
    'DIGEST_INVALID',
    `${JSON.stringify(text)} is not "sha256:" and 64 hex digits, nor "sha512:" and 128`,
  );
}

/** @throws Failure `NAME_INVALID` */
export function checkName(name: string): void {
  if (isRepository(name)) return;
  throw new Failure('NAME_INVALID', `repository name ${JSON.stringify(name)} is not valid`, {
    detail: { name },
  });
}

/** Refuses before the bytes come, when the client says how many. */
export function checkLength({ request, limit }: Exchange): void {
  if (Number(request.headers['content-length'] ?? 0) <= limit) return;
  throw new Failure(
    'SIZE_INVALID',
    `blob: ${request.headers['content-length']} bytes; this registry takes ${limit}`,
  );
}
