import { createReadStream } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
  '.map': 'application/json',
};

/**
 * No script but our own files, no other host, no frame around us; styles may be set by components. Signing out is a
 * form that ends at the issuer, so forms may lead there.
 */
const policyOf = (issuer: string) =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    `form-action 'self' ${issuer}`,
    "frame-ancestors 'none'",
  ].join('; ');

const siteHeaders = (issuer: string): Record<string, string> => ({
  'content-security-policy': policyOf(issuer),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
});

/** A name with a hash in it never changes its content. */
const HASHED = /[.-][A-Za-z0-9_-]{8,}\.[a-z0-9]+$/;

/**
 * Serves the portal's built pages. Paths that are no file get `index.html`, for every view has a URL; a missing file
 * with an ending is a 404, so that a stale page does not take HTML for a script.
 */
export function siteHandler(
  folder: string | undefined,
  /** Origin of the OIDC issuer. */
  issuer: string,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const headers = Object.entries(siteHeaders(issuer));
  return async (request, response) => {
    for (const [name, value] of headers) response.setHeader(name, value);
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return refuse(response, 405, 'only GET is possible here\n');
    if (folder === undefined)
      return refuse(response, 503, 'The portal’s pages are not installed; npm run build makes them.\n');
    const path = pathOf(request.url ?? '/');
    if (path === undefined) return refuse(response, 400, 'bad path\n');
    const found = await findFile(folder, path);
    const file = found ?? (extname(path) === '' ? await findFile(folder, '/index.html') : undefined);
    if (!file)
      return refuse(
        response,
        404,
        extname(path) === ''
          ? 'The portal’s pages are not built; npm run build makes them.\n'
          : 'not found\n',
      );
    await send(request, response, file);
  };
}

function pathOf(url: string): string | undefined {
  try {
    const path = decodeURIComponent(url.split(/[?#]/, 1)[0] ?? '/');
    return path.includes('\0') ? undefined : path;
  } catch {
    return undefined;
  }
}

interface SiteFile {
  path: string;
  size: number;
  tag: string;
}

async function findFile(folder: string, path: string): Promise<SiteFile | undefined> {
  const root = await realpath(folder).catch(() => undefined);
  const real = root && (await realpath(join(root, path)).catch(() => undefined));
  if (!root || !real?.startsWith(root + sep)) return undefined;
  const info = await stat(real);
  if (!info.isFile()) return undefined;
  return {
    path: real,
    size: info.size,
    tag: `"${info.size.toString(36)}-${Math.floor(info.mtimeMs).toString(36)}"`,
  };
}

async function send(
  request: IncomingMessage,
  response: ServerResponse,
  { path, size, tag }: SiteFile,
): Promise<void> {
  const hashed = path.includes(`${sep}assets${sep}`) && HASHED.test(path);
  const headers = {
    'content-type': TYPES[extname(path)] ?? 'application/octet-stream',
    'cache-control': hashed ? 'public, max-age=31536000, immutable' : 'no-cache',
    etag: tag,
  };
  if (request.headers['if-none-match'] === tag) {
    response.writeHead(304, headers).end();
    return;
  }
  response.writeHead(200, { ...headers, 'content-length': size });
  if (request.method === 'HEAD') {
    response.end();
    return;
  }
  await pipeline(createReadStream(path), response);
}

async function refuse(response: ServerResponse, status: number, text: string): Promise<void> {
  response
    .writeHead(status, {
      'content-type': 'text/plain; charset=utf-8',
      'cache-control': 'no-store',
    })
    .end(text);
}
