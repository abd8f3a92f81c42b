import { createServer } from 'node:http';

/** Answers `/` with what this is, `/healthz` with whether it can work. */
export function buildServer({ name, version }) {
  return createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    if (pathname === '/healthz') return send(response, 200, 'ok\n');
    if (pathname === '/') return send(response, 200, `${name} ${version}\n`);
    return send(response, 404, 'not found\n');
  });
}

function send(response, status, text) {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' });
  response.end(text);
}
