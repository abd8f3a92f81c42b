import { discoveryDocument } from '../discovery/index.ts';
import { openApiDocument } from '../openapi/index.ts';
import type { Answer, Exchange } from './exchange.ts';

const HEALTH = /^\/(healthz|livez|readyz)(\/.*)?$/;

/** Step: everything outside resources: health, version, discovery, OpenAPI. */
export async function serveSystem(exchange: Exchange): Promise<void> {
  const { path, accept } = exchange.incoming;
  if (HEALTH.test(path)) exchange.answer = { status: 200, contentType: 'text/plain', body: 'ok' };
  if (exchange.answer) return;
  const document = await documentAt(exchange, path, accept);
  if (document) exchange.answer = document;
}

async function documentAt(exchange: Exchange, path: string, accept: string): Promise<Answer | undefined> {
  const { registry, documents } = exchange.parts;
  const own = documents.get(path);
  if (own) return { status: 200, headers: { 'cache-control': 'public, max-age=3600' }, ...own };
  const openApi = path.startsWith('/openapi/');
  const document = openApi
    ? await openApiDocument(path, accept, registry)
    : discoveryDocument(path, accept, registry);
  if (!document) return undefined;
  const { contentType, body, etag } = document;
  const headers = { vary: 'Accept', ...(etag === undefined ? {} : { etag }) };
  if (etag !== undefined && exchange.incoming.header('if-none-match').includes(etag)) {
    return { status: 304, headers, body: '' };
  }
  return { status: 200, contentType, headers, body };
}
