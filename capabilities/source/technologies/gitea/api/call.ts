import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import type { UserInfo } from '@slipway/api';
import type { GitServer } from '../server.ts';

/** One request of the REST API, after authentication and routing. */
export interface ApiCall {
  server: GitServer;
  user: UserInfo;
  method: string;
  /** Path parameters, decoded. */
  params: Record<string, string>;
  query: URLSearchParams;
  /** Start of every URL in answers: the public one, or the internal one for callers that came by that name. */
  base: string;
  /** The body as JSON; `{}` when there is none. @throws ApiError 422 when it is no JSON object */
  body<T>(): Promise<Partial<T>>;
  request: IncomingMessage;
}

export interface Answer {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
  /** Bytes instead of JSON; `contentType` goes with it. */
  raw?: Buffer | Readable;
  contentType?: string;
}

export type Operation = (call: ApiCall) => Promise<Answer> | Answer;

/** An error answer as Gitea gives it: `{ message, url }`, and `errors` on 404. */
export class ApiError extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
  }
}

export const notFound = (message = "The target couldn't be found."): ApiError => new ApiError(404, message);
export const unprocessable = (message: string): ApiError => new ApiError(422, message);

export const ok = (body: unknown): Answer => ({ status: 200, body });
export const created = (body: unknown): Answer => ({ status: 201, body });
export const noContent: Answer = { status: 204 };

const DEFAULT_PAGE = 30;
const MOST_PER_PAGE = 50;

/** `page` (from 1) and `limit` of a list request; Gitea's defaults. */
export function pageOf({ query }: ApiCall, { most = MOST_PER_PAGE } = {}): { page: number; limit: number } {
  const number = (name: string) => Number.parseInt(query.get(name) ?? '', 10);
  const page = Math.max(1, number('page') || 1);
  const wanted = number('limit') || number('per_page') || DEFAULT_PAGE;
  return { page, limit: Math.min(Math.max(1, wanted), most) };
}

/** One page of a list, with `X-Total-Count` and `Link` (RFC 8288). */
export function paged<T>(call: ApiCall, all: T[]): Answer {
  const { page, limit } = pageOf(call);
  const body = all.slice((page - 1) * limit, page * limit);
  return { status: 200, body, headers: pageHeaders(call, all.length) };
}

export function pageHeaders(call: ApiCall, total: number): Record<string, string> {
  const { page, limit } = pageOf(call);
  const last = Math.max(1, Math.ceil(total / limit));
  const path = (call.request.url ?? '').split('?')[0] ?? '';
  const link = (at: number, relation: string) => {
    const query = new URLSearchParams(call.query);
    query.set('page', String(at));
    query.set('limit', String(limit));
    return `<${call.base}${path}?${query}>; rel="${relation}"`;
  };
  const links = [
    ...(page < last ? [link(page + 1, 'next'), link(last, 'last')] : []),
    ...(page > 1 ? [link(1, 'first'), link(page - 1, 'prev')] : []),
  ];
  return {
    'x-total-count': String(total),
    'access-control-expose-headers': 'X-Total-Count, Link',
    ...(links.length > 0 ? { link: links.join(',') } : {}),
  };
}

/** Refuses fields of a body that mean something upstream and nothing here, by name. */
export function refuseFields(body: object, fields: string[], why: string): void {
  for (const field of fields) {
    const value = (body as Record<string, unknown>)[field];
    const isSet = Array.isArray(value) ? value.length > 0 : Boolean(value);
    if (isSet) throw unprocessable(`[${field}]: not supported: ${why}`);
  }
}
