import { type Answer, type Exchange, jsonAnswer } from './exchange.ts';
import { discoveryDocument, openApiDocument } from './machinery.ts';

/** The Kubernetes release whose API this is. */
export const VERSION = {
  major: '1',
  minor: '36',
  gitVersion: 'v1.36.3',
  gitCommit: '',
  gitTreeState: 'clean',
  buildDate: '1970-01-01T00:00:00Z',
  goVersion: '',
  compiler: '',
  platform: `${process.platform}/${process.arch}`,
};

const HEALTH = /^\/(healthz|livez|readyz)(\/.*)?$/;

/** Step: everything outside resources: health, version, discovery, OpenAPI. */
export function serveSystem(exchange: Exchange): void {
  const { path, accept } = exchange.incoming;
  if (HEALTH.test(path)) exchange.answer = { status: 200, contentType: 'text/plain', body: 'ok' };
  if (path === '/version' || path === '/version/') exchange.answer = jsonAnswer(200, VERSION);
  if (exchange.answer) return;
  const document = documentAt(exchange, path.replace(/(.)\/$/, '$1'), accept);
  if (document) exchange.answer = document;
}

function documentAt(exchange: Exchange, path: string, accept: string): Answer | undefined {
  const { registry } = exchange.parts;
  if (path.startsWith('/openapi/')) {
    const document = openApiDocument(path, accept, registry);
    return document && { status: 200, contentType: document.contentType, body: document.body };
  }
  const discovery = discoveryDocument(path, accept, registry);
  if (discovery === undefined) return undefined;
  const aggregated = /as=APIGroupDiscoveryList/.test(accept) && (path === '/api' || path === '/apis');
  const type = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
  return {
    ...jsonAnswer(200, discovery),
    ...(aggregated && isAggregated(discovery) ? { contentType: type } : {}),
  };
}

function isAggregated(document: unknown): boolean {
  return (document as { kind?: string }).kind === 'APIGroupDiscoveryList';
}
