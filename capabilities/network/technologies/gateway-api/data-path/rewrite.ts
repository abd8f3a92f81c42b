import type { Handler } from '@slipway/gateway';
import type { Entry, Redirect } from '../table/entry.ts';
import type { PathModifier } from '../table/upstream.ts';

/** The path and query a backend sees (HTTPURLRewriteFilter, HTTPPathModifier). */
export function rewrittenPath(url: string, modifier: PathModifier, match: Entry['path']): string {
  const mark = url.indexOf('?');
  const path = mark < 0 ? url : url.slice(0, mark);
  const query = mark < 0 ? '' : url.slice(mark);
  if (modifier.type === 'ReplaceFullPath') return `${modifier.replaceFullPath ?? '/'}${query}`;
  const prefix = match.type === 'PathPrefix' ? match.value.replace(/\/$/, '') : '';
  const rest = path.slice(prefix.length);
  const replacement = (modifier.replacePrefixMatch ?? '/').replace(/\/$/, '');
  const joined = `${replacement}${rest === '' || rest.startsWith('/') ? rest : `/${rest}`}`;
  return `${joined === '' ? '/' : joined}${query}`;
}

/** Answers with the address a client should use instead (HTTPRequestRedirectFilter). */
export function redirectTo(redirect: Redirect, entry: Pick<Entry, 'path'>): Handler {
  return (request, response) => {
    const authority = (request.headers[':authority'] as string | undefined) ?? request.headers.host ?? '';
    const [, name = authority, ownPort] = /^(.*?)(?::(\d+))?$/.exec(authority) ?? [];
    const scheme = redirect.scheme ?? 'https';
    // Without a port: the scheme's well-known one when a scheme is given, else the listener's.
    const port = redirect.port ?? (redirect.scheme ? undefined : ownPort && Number(ownPort));
    const isDefault =
      port === undefined || (scheme === 'https' && port === 443) || (scheme === 'http' && port === 80);
    const url = request.url ?? '/';
    const path = redirect.path ? rewrittenPath(url, redirect.path, entry.path) : url;
    const location = `${scheme}://${redirect.hostname ?? name}${isDefault || port === '' ? '' : `:${port}`}${path}`;
    response.writeHead(redirect.status, { location, 'content-length': 0 });
    response.end();
    request.resume();
  };
}
