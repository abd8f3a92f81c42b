import type { Entry } from './entry.ts';

export interface RequestShape {
  host: string;
  /** Without the query. */
  path: string;
  method: string;
  header(name: string): string | undefined;
  query: URLSearchParams;
}

/** Entry of a request; `sources` are the routes of that host when none of their rules fits. */
export type Match = { entry: Entry } | { sources: string[] };

export interface RouteTable {
  match(request: RequestShape): Match;
  /** Every hostname that has an entry. */
  readonly hostnames: ReadonlySet<string>;
}

/**
 * Sorts entries as Gateway API orders them (HTTPRouteRule, "matches"): the hostname that says most, an exact path,
 * the longest prefix, a method, more headers, more query parameters, the older route, its name, its order.
 * Regular expressions come between exact paths and prefixes; the specification leaves that open.
 */
export function buildTable(entries: Entry[]): RouteTable {
  const byHost = new Map<string, Entry[]>();
  for (const entry of entries) {
    const list = byHost.get(entry.hostname);
    if (list) list.push(entry);
    if (!list) byHost.set(entry.hostname, [entry]);
  }
  for (const list of byHost.values()) list.sort(compareEntries);
  return {
    hostnames: new Set(byHost.keys()),
    match(request) {
      const sources = new Set<string>();
      for (const hostname of candidates(request.host)) {
        for (const entry of byHost.get(hostname) ?? []) {
          if (fits(entry, request)) return { entry };
          sources.add(entry.source);
        }
      }
      return { sources: [...sources] };
    },
  };
}

/** The host itself, its wildcards from the longest on, any host. */
function* candidates(host: string): Iterable<string> {
  yield host;
  for (let dot = host.indexOf('.'); dot > 0; dot = host.indexOf('.', dot + 1)) yield `*${host.slice(dot)}`;
  yield '';
}

const PATH_RANK = { Exact: 0, RegularExpression: 1, PathPrefix: 2 };

export function compareEntries(a: Entry, b: Entry): number {
  return (
    PATH_RANK[a.path.type] - PATH_RANK[b.path.type] ||
    b.path.value.length - a.path.value.length ||
    Number(b.method !== undefined) - Number(a.method !== undefined) ||
    b.headers.length - a.headers.length ||
    b.query.length - a.query.length ||
    compareText(a.order.created, b.order.created) ||
    compareText(a.order.name, b.order.name) ||
    a.order.rule - b.order.rule ||
    a.order.match - b.order.match
  );
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function fits(entry: Entry, request: RequestShape): boolean {
  if (entry.method !== undefined && entry.method !== request.method) return false;
  if (!fitsPath(entry.path, request.path)) return false;
  for (const { name, test } of entry.headers) {
    const value = request.header(name);
    if (value === undefined || !test(value)) return false;
  }
  for (const { name, test } of entry.query) {
    const value = request.query.get(name);
    if (value === null || !test(value)) return false;
  }
  return true;
}

/** A prefix matches whole path elements: `/foo` is a prefix of `/foo/bar`, not of `/foobar`. */
export function fitsPath(match: Entry['path'], path: string): boolean {
  if (match.type === 'Exact') return path === match.value;
  if (match.type === 'RegularExpression') return match.test?.(path) === true;
  const prefix = match.value.endsWith('/') ? match.value.slice(0, -1) : match.value;
  return (
    path.startsWith(prefix) && (path.length === prefix.length || path.charCodeAt(prefix.length) === SLASH)
  );
}

const SLASH = 47;
