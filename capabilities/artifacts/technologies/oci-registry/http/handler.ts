import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Log } from '@slipway/api';
import type { Handler } from '@slipway/gateway';
import { isRepository } from '@slipway/oci';
import type { RecordAction } from '../../../contract.ts';
import { Failure } from '../registry/failure.ts';
import type { Registry } from '../registry/registry.ts';
import type { Uploads } from '../registry/uploads.ts';
import { recordDenied } from './audited.ts';
import { type Exchange, send, type Target } from './exchange.ts';
import type { Rights } from './rights.ts';
import { deleteBlob, getBlob } from './serve-blobs.ts';
import { listRepositories, listTags } from './serve-lists.ts';
import { deleteManifest, getManifest, listReferrers, putManifest } from './serve-manifests.ts';
import { appendUpload, beginUpload, cancelUpload, finishUpload, getUpload } from './serve-uploads.ts';

export interface HandlerOptions {
  registry: Registry;
  uploads: Uploads;
  rights: Rights;
  record: RecordAction;
  log: Log;
  /** Bytes of one blob. */
  limit: number;
  /** Called before a repository is read: makes what exists only when asked for. */
  prepare?: (repository: string) => Promise<void>;
}

type Endpoint = (exchange: Exchange, target: Target) => Promise<void>;

const ENDPOINTS: { path: RegExp; methods: Record<string, Endpoint> }[] = [
  { path: /^(.+)\/blobs\/uploads\/?()$/, methods: { POST: beginUpload } },
  {
    path: /^(.+)\/blobs\/uploads\/([^/]+)$/,
    methods: { GET: getUpload, PATCH: appendUpload, PUT: finishUpload, DELETE: cancelUpload },
  },
  { path: /^(.+)\/blobs\/([^/]+)$/, methods: { GET: getBlob, HEAD: getBlob, DELETE: deleteBlob } },
  {
    path: /^(.+)\/manifests\/([^/]+)$/,
    methods: { GET: getManifest, HEAD: getManifest, PUT: putManifest, DELETE: deleteManifest },
  },
  { path: /^(.+)\/tags\/list()$/, methods: { GET: listTags } },
  { path: /^(.+)\/referrers\/([^/]+)$/, methods: { GET: listReferrers } },
];

/** The distribution API, version 1.1, at `/v2/`. */
export function registryHandler(options: HandlerOptions): Handler {
  return async (request, response) => {
    response.setHeader('docker-distribution-api-version', 'registry/2.0');
    try {
      await serve(options, request, response);
    } catch (error) {
      refuse(options, { request, response }, error);
    }
  };
}

async function serve(
  options: HandlerOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://registry');
  const path = decodeURIComponent(url.pathname);
  if (path !== '/v2' && !path.startsWith('/v2/')) throw notThere(path);
  const user = await options.rights.identify(request);
  const exchange: Exchange = { ...options, request, response, user, query: url.searchParams };
  if (path === '/v2' || path === '/v2/') {
    send(exchange, 200, { 'content-type': 'application/json' }, '{}');
    return;
  }
  if (path === '/v2/_catalog' && request.method === 'GET') return listRepositories(exchange);
  const { endpoint, target } = route(path, request.method ?? 'GET');
  if (request.method === 'GET' || request.method === 'HEAD') await options.prepare?.(target.repository);
  await endpoint(exchange, target).catch(async error => {
    if (error instanceof Failure && error.code === 'DENIED' && error.status === 403)
      await recordDenied(exchange, target);
    throw error;
  });
}

function route(path: string, method: string): { endpoint: Endpoint; target: Target } {
  const below = path.slice('/v2/'.length);
  for (const { path: pattern, methods } of ENDPOINTS) {
    const match = pattern.exec(below);
    if (!match) continue;
    const [, repository = '', id = ''] = match;
    if (!isRepository(repository)) {
      throw new Failure('NAME_INVALID', `repository name ${JSON.stringify(repository)} is not valid`);
    }
    const endpoint = methods[method];
    if (endpoint) return { endpoint, target: { repository, id } };
    throw new Failure(
      'UNSUPPORTED',
      `${method} ${path}: this address takes ${Object.keys(methods).join(', ')}`,
    );
  }
  throw notThere(path);
}

function notThere(path: string): Failure {
  return new Failure('UNSUPPORTED', `${path}: not an address of the distribution API`, { status: 404 });
}

function refuse(
  { log }: HandlerOptions,
  { request, response }: { request: IncomingMessage; response: ServerResponse },
  error: unknown,
): void {
  if (request.destroyed && !request.complete) return;
  if (response.headersSent) {
    response.destroy();
    return;
  }
  if (!(error instanceof Failure)) throw error;
  log.debug('registry refused', { code: error.code, message: error.message });
  const body = error.body();
  // A body that nobody reads would block the connection: it ends here.
  const closing: Record<string, string> = request.complete ? {} : { connection: 'close' };
  response.writeHead(error.status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    ...error.headers,
    ...closing,
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}
