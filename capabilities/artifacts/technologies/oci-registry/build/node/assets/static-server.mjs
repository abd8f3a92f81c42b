// Serves the files of one folder over HTTP: what is built becomes a site. Usage: static-server.mjs ROOT FOLDER…
import { createReadStream, existsSync, readdirSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize, resolve, sep } from 'node:path';
import { pipeline } from 'node:stream';

const TYPES = {
  '.avif': 'image/avif',
  '.css': 'text/css; charset=utf-8',
  '.gif': 'image/gif',
  '.htm': 'text/html; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/vnd.microsoft.icon',
  '.jpeg': 'image/jpeg',
  '.jpg': 'image/jpeg',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.md': 'text/markdown; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.mp4': 'video/mp4',
  '.pdf': 'application/pdf',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.webm': 'video/webm',
  '.webmanifest': 'application/manifest+json',
  '.webp': 'image/webp',
  '.woff': 'font/woff',
  '.woff2': 'font/woff2',
  '.xml': 'application/xml',
};

/** A folder with an index.html: the first that has one, or (as some tools build) one of its own folders. */
function siteIn(root, folders) {
  for (const folder of folders.map(name => resolve(root, name))) {
    if (!existsSync(folder)) continue;
    const below = folder === resolve(root) ? [] : deeper(folder, 2);
    const found = [folder, ...below].find(each => existsSync(join(each, 'index.html')));
    if (found) return found;
  }
  return undefined;
}

function deeper(folder, depth) {
  const own = readdirSync(folder, { withFileTypes: true }).filter(entry => entry.isDirectory());
  const paths = own.map(entry => join(folder, entry.name));
  return depth === 1 ? paths : [...paths, ...paths.flatMap(path => deeper(path, depth - 1))];
}

function fileFor(site, path) {
  const file = normalize(join(site, path));
  if (file !== site && !file.startsWith(site + sep)) return undefined;
  if (path.split('/').some(part => part.startsWith('.') && part !== '.well-known')) return undefined;
  const found = statSync(file, { throwIfNoEntry: false });
  if (found?.isFile()) return { file, found };
  const candidates = found?.isDirectory() ? [join(file, 'index.html')] : [`${file}.html`];
  for (const candidate of candidates) {
    const stats = statSync(candidate, { throwIfNoEntry: false });
    if (stats?.isFile()) return { file: candidate, found: stats };
  }
  return undefined;
}

/** A page that is not there: the site's own 404.html, else its index, which routes in the browser. */
function fallback(site, path) {
  const own = fileFor(site, '/404.html');
  if (own) return { ...own, status: 404 };
  const isPage = extname(path) === '';
  const index = isPage ? fileFor(site, '/') : undefined;
  return index && { ...index, status: 200 };
}

function serve(site, request, response) {
  if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(response, 405);
  let path;
  try {
    path = decodeURIComponent(new URL(request.url, 'http://site').pathname);
  } catch {
    return refuse(response, 400);
  }
  const exact = path.includes('\0') ? undefined : fileFor(site, path);
  const chosen = exact ? { ...exact, status: 200 } : fallback(site, path);
  if (!chosen) return refuse(response, 404);
  const { file, found, status } = chosen;
  if (
    exact &&
    found.isFile() &&
    file.endsWith(`${sep}index.html`) &&
    !path.endsWith('/') &&
    !path.endsWith('.html')
  ) {
    response.writeHead(301, { location: `${encodeURI(path)}/` });
    return response.end();
  }
  const etag = `"${found.size.toString(16)}-${Math.floor(found.mtimeMs).toString(16)}"`;
  const headers = {
    'content-type': TYPES[extname(file).toLowerCase()] ?? 'application/octet-stream',
    'cache-control': 'no-cache',
    'x-content-type-options': 'nosniff',
    etag,
  };
  if (status === 200 && request.headers['if-none-match'] === etag) {
    response.writeHead(304, headers);
    return response.end();
  }
  response.writeHead(status, { ...headers, 'content-length': found.size });
  if (request.method === 'HEAD') return response.end();
  return pipeline(createReadStream(file), response, () => {});
}

function refuse(response, status) {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' });
  response.end(`${status}\n`);
}

const [root = '.', ...folders] = process.argv.slice(2);
const site = siteIn(root, folders.length > 0 ? folders : ['.']);
if (!site) {
  process.stderr.write(`no index.html in ${folders.join(', ')} below ${root}: the build made no site\n`);
  process.exit(1);
}
const server = createServer((request, response) => serve(site, request, response));
server.listen(Number(process.env.PORT ?? 8080), process.env.HOST ?? '0.0.0.0', () => {
  process.stdout.write(`serving ${site}\n`);
});
for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => server.close(() => process.exit(0)));
