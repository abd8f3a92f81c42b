import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { hasReason, isDiskFull, SlipwayError, type UserInfo } from '@slipway/api';
import type { Handler } from '@slipway/gateway';
import { INTERNAL_HOST, SourceError, type SourceErrorCode } from '../../../contract.ts';
import { authenticate } from '../access.ts';
import type { GitServer } from '../server.ts';
import { limitsOf, missingScopes } from '../token-scope.ts';
import { type Answer, type ApiCall, ApiError, unprocessable } from './call.ts';
import { pageAt } from './pages.ts';
import { type Match, routeTable } from './route-table.ts';
import { API_ROUTES, OPEN_ROUTES } from './routes.ts';
import { whyNotServed } from './unsupported.ts';

const PREFIX = '/api/v1';

/** Gitea's REST API below `/api/v1`, and `/api/healthz`. */
export function apiHandler(server: GitServer): Handler {
  const find = routeTable(API_ROUTES);
  const findOpen = routeTable(OPEN_ROUTES);
  return async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://git');
    const base = baseOf(server, request);
    try {
      const answer = await answerOf(server, request, url, { find, findOpen, base });
      await send(request, response, answer);
    } catch (error) {
      const known = apiErrorOf(error);
      if (!known) throw error;
      await send(request, response, errorAnswer(known, base));
    }
  };
}

interface Tables {
  find: ReturnType<typeof routeTable>;
  findOpen: ReturnType<typeof routeTable>;
  base: string;
}

async function answerOf(
  server: GitServer,
  request: IncomingMessage,
  url: URL,
  tables: Tables,
): Promise<Answer> {
  const method = request.method === 'HEAD' ? 'GET' : (request.method ?? 'GET');
  if (url.pathname === '/api/healthz') return { status: 200, body: { status: 'pass', description: 'Gitea' } };
  if (url.pathname === '/') return landing(tables.base);
  const page = method === 'GET' ? pageAt(url.pathname, server.portalUrl) : undefined;
  if (page) return { status: 302, headers: { location: page } };
  if (!url.pathname.startsWith(`${PREFIX}/`)) throw new ApiError(404, 'Not Found');
  const path = url.pathname.slice(PREFIX.length);
  const call = (user: UserInfo, match: Match): ApiCall => ({
    server,
    user,
    method,
    params: match.params,
    query: url.searchParams,
    base: tables.base,
    body: () => readJson(request, server.maxFileBytes),
    request,
  });
  const open = tables.findOpen(method, path);
  if ('operation' in open) return open.operation(call({ username: '', groups: [] }, open));
  const user = await authenticate(server, request);
  if (!user) throw new ApiError(401, 'token is required');
  if (user === 'invalid') throw new ApiError(401, 'invalid username, password or token');
  const missing = missingScopes(user, request.method ?? 'GET', path);
  if (missing.length > 0) {
    const has = limitsOf(user).join(',');
    const needed = missing.join(' ');
    throw new ApiError(
      403,
      `token does not have at least one of required scope(s), required=[${needed}], token scope=${has}`,
    );
  }
  const match = tables.find(method, path);
  if ('operation' in match) return match.operation(call(user, match));
  if (match.allowed.length > 0)
    throw new ApiError(405, `${method} ${url.pathname}: only ${match.allowed.join(', ')}`);
  throw new ApiError(501, whyNotServed(method, path));
}

function landing(base: string): Answer {
  const text = `Git repositories of this platform.\nClone: git clone ${base}/<team>/<repository>.git\nREST API: ${base}${PREFIX}/version\n`;
  return { status: 200, raw: Buffer.from(text), contentType: 'text/plain; charset=utf-8' };
}

/** Callers inside know only the internal name; what they store must not be the public one. */
function baseOf(server: GitServer, request: IncomingMessage): string {
  const host = (request.headers[':authority'] ?? request.headers.host ?? '').toString();
  return host.replace(/:\d+$/, '') === INTERNAL_HOST ? `https://${INTERNAL_HOST}` : server.publicUrl;
}

async function readJson<T>(request: IncomingMessage, most: number): Promise<Partial<T>> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    // The rest is read and dropped: a client that still sends does not read an answer.
    if (size <= most) chunks.push(chunk);
  }
  if (size > most)
    throw new ApiError(413, `the request is larger than ${most} bytes; push large files with git`);
  if (size === 0) return {};
  try {
    const value = JSON.parse(Buffer.concat(chunks).toString());
    if (value && typeof value === 'object' && !Array.isArray(value)) return value;
  } catch {
    // Said below.
  }
  throw unprocessable('the body is not a JSON object');
}

const STATUS_OF: Partial<Record<SourceErrorCode, number>> = {
  BranchMoved: 409,
  BranchProtected: 403,
  ChangeClosed: 404,
  ChangeMerged: 405,
  ChangeNotReady: 405,
  MayNotMerge: 405,
  HeadMoved: 409,
  MergeConflict: 409,
  UnrelatedHistories: 409,
  NotFastForward: 409,
};

/** What may be told to the caller; undefined: our own fault, which the listener logs. */
function apiErrorOf(error: unknown): ApiError | undefined {
  if (error instanceof ApiError) return error;
  if (error instanceof SourceError) return new ApiError(STATUS_OF[error.code] ?? 422, error.message);
  if (error instanceof SlipwayError && error.code === 'NotRecorded') return new ApiError(503, error.message);
  if (hasNoRoom(error))
    return new ApiError(507, 'no space left on the disk of the platform: free some, then try again');
  if (hasReason(error, 'Forbidden')) return new ApiError(403, error.message);
  if (hasReason(error, 'Invalid', 'BadRequest')) return new ApiError(422, error.message);
  if (hasReason(error, 'AlreadyExists', 'Conflict')) return new ApiError(409, error.message);
  if (hasReason(error, 'ServiceUnavailable', 'Timeout', 'TooManyRequests'))
    return new ApiError(503, error.message);
  return undefined;
}

/** There was no room for a file of ours, or for one of git's. */
function hasNoRoom(error: unknown): boolean {
  const { stderr = '', message = '' } = error as { stderr?: string; message?: string };
  return isDiskFull(error) || /no space left on device|quota exceeded/i.test(`${message} ${stderr}`);
}

function errorAnswer(error: ApiError, base: string): Answer {
  const errors = error.status === 404 ? { errors: null } : {};
  const headers: Record<string, string> =
    error.status === 401 ? { 'www-authenticate': 'Basic realm="Gitea"' } : {};
  return {
    status: error.status,
    body: { ...errors, message: error.message, url: `${base}/api/swagger` },
    headers,
  };
}

async function send(request: IncomingMessage, response: ServerResponse, answer: Answer): Promise<void> {
  const raw =
    answer.raw ?? (answer.body === undefined ? undefined : Buffer.from(JSON.stringify(answer.body)));
  const type = answer.contentType ?? 'application/json;charset=utf-8';
  response.writeHead(answer.status, {
    'cache-control': 'max-age=0, private, must-revalidate, no-transform',
    'x-content-type-options': 'nosniff',
    ...(raw ? { 'content-type': type } : {}),
    ...(Buffer.isBuffer(raw) ? { 'content-length': String(raw.length) } : {}),
    ...answer.headers,
  });
  // What a refused request still sends is read by nobody.
  request.resume();
  if (!raw || request.method === 'HEAD') {
    response.end();
    return;
  }
  if (Buffer.isBuffer(raw)) {
    response.end(raw);
    return;
  }
  await pipeline(raw, response);
}
