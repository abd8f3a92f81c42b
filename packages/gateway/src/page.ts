import type { IncomingMessage, ServerResponse } from 'node:http';

/** An answer that the gateway itself gives instead of a backend's. */
export interface Page {
  status: number;
  title: string;
  /** The cause in one or two sentences, and what to do next. */
  message: string;
  /** Further lines, each on its own (pods and why they are not ready). */
  details?: string[];
  requestId?: string;
  /** Set where scripts read the answer: never HTML. */
  format?: 'json';
}

/** Sends HTML to browsers and JSON to everything else. The connection stays usable. */
export function sendPage(request: IncomingMessage, response: ServerResponse, page: Page): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const isHtml = page.format !== 'json' && wantsHtml(request);
  const body = Buffer.from(isHtml ? htmlOf(page) : jsonOf(page));
  response.writeHead(page.status, {
    'content-type': isHtml ? 'text/html; charset=utf-8' : 'application/json',
    'content-length': body.length,
    'cache-control': 'no-store',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    'x-content-type-options': 'nosniff',
  });
  response.end(request.method === 'HEAD' ? undefined : body);
  // What the client still sends is not read by anybody.
  request.resume();
}

/** The page for a backend that took too long. */
export function latePage(target: string): Page {
  const message = `The service did not answer in time (${target}). It may be busy or stuck; its log may say more.`;
  return { status: 504, title: 'No answer in time', message };
}

/** True when HTML is named in `Accept:` (browsers do; curl and API clients say anything or JSON). */
export function wantsHtml(request: IncomingMessage): boolean {
  return /\btext\/html\b/.test(request.headers.accept ?? '');
}

function jsonOf(page: Page): string {
  const { status, title, message, details, requestId } = page;
  return `${JSON.stringify({ error: title, status, message, details, requestId })}\n`;
}

function htmlOf(page: Page): string {
  const details = page.details?.length
    ? `<ul>${page.details.map(line => `<li>${escapeHtml(line)}</li>`).join('')}</ul>`
    : '';
  const id = page.requestId ? `<p><small>Request ${escapeHtml(page.requestId)}</small></p>` : '';
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escapeHtml(page.title)}</title>
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:40rem;margin:15vh auto;padding:0 1rem;color:#1b1f24;background:#fff}
h1{font-size:1.5rem}small{color:#57606a}@media(prefers-color-scheme:dark){body{color:#e6edf3;background:#0d1117}small{color:#9aa4ae}}</style>
</head><body><main><h1>${page.status} ${escapeHtml(page.title)}</h1><p>${escapeHtml(page.message)}</p>${details}${id}</main></body></html>
`;
}

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text made safe inside HTML text and quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, character => ENTITIES[character] ?? character);
}
