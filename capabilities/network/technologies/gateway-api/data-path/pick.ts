import type { Duplex } from 'node:stream';
import type { Key, Stored } from '@slipway/api';
import type { Choice, HeaderEdit, Page, RequestHead, Target } from '@slipway/gateway';
import type { Service } from '@slipway/kinds';
import type { Action, Backend, Entry } from '../table/entry.ts';
import type { RouteTable } from '../table/route-table.ts';
import type { Endpoint } from './endpoints.ts';
import { redirectTo, rewrittenPath } from './rewrite.ts';
import { createTurns } from './turns.ts';

export interface DataPath {
  table(): RouteTable;
  service(key: Key): Stored<Service> | undefined;
  endpoints(service: Stored<Service>, port: number | string | undefined): Endpoint[];
  dial(endpoint: Endpoint): Promise<Duplex>;
  /** Why there is no ready endpoint. */
  explain(service: Stored<Service>): Promise<Page>;
  /** Why an endpoint refused. */
  explainRefusal(service: Stored<Service>, endpoint: Endpoint, error: Error): Promise<Page>;
}

/** Chooses for each request: entry by host and path, backend by weight, endpoint in turn. */
export function createPick(path: DataPath) {
  const turns = createTurns();
  return (request: RequestHead, tried: readonly string[]): Choice | Promise<Choice> => {
    const shape = shapeOf(request);
    const match = path.table().match(shape);
    if ('sources' in match) return { page: noRoute(shape.host, shape.path, match.sources) };
    const { entry } = match;
    const { action } = entry;
    if (action.redirect) return { respond: redirectTo(action.redirect, entry) };
    const backend = turns.weighted(entry, action.backends);
    if (!backend)
      return {
        page: {
          status: 500,
          title: 'No backend',
          message: `${entry.source} names no backend with a weight for this path.`,
        },
      };
    if (backend.problem)
      return {
        page: { status: 500, title: 'Backend not found', message: `${entry.source}: ${backend.problem}.` },
      };
    const service = path.service({ namespace: backend.namespace, name: backend.service });
    if (!service) {
      const message = `${entry.source}: Service "${backend.namespace}/${backend.service}" does not exist.`;
      return { page: { status: 500, title: 'Backend not found', message } };
    }
    const all = path.endpoints(service, backend.port);
    if (all.length === 0) return path.explain(service).then(page => ({ page }));
    const left = all.filter(endpoint => !tried.includes(endpoint.key));
    const endpoint = turns.next(
      `${backend.namespace}/${backend.service}:${backend.port}`,
      left.length > 0 ? left : all,
    );
    return { target: targetOf({ path, entry, backend, service, endpoint, request }) };
  };
}

function targetOf(found: {
  path: DataPath;
  entry: Entry;
  backend: Backend;
  service: Stored<Service>;
  endpoint: Endpoint;
  request: RequestHead;
}): Target {
  const { path, entry, backend, service, endpoint, request } = found;
  const { action } = entry;
  const requestHeaders = joined(action.requestHeaders, backend.requestHeaders);
  const responseHeaders = joined(action.responseHeaders, backend.responseHeaders);
  return {
    key: endpoint.key,
    dial: () => path.dial(endpoint),
    unreachable: error => path.explainRefusal(service, endpoint, error),
    ...(action.rewrite?.hostname ? { host: action.rewrite.hostname } : {}),
    ...(action.rewrite?.path
      ? { path: rewrittenPath(request.url ?? '/', action.rewrite.path, entry.path) }
      : {}),
    ...(requestHeaders ? { requestHeaders } : {}),
    ...(responseHeaders ? { responseHeaders } : {}),
    ...timeoutsOf(action),
  };
}

function timeoutsOf({
  totalTimeoutMs,
  responseTimeoutMs,
}: Action): Pick<Target, 'totalTimeoutMs' | 'responseTimeoutMs'> {
  return {
    ...(totalTimeoutMs === undefined ? {} : { totalTimeoutMs }),
    ...(responseTimeoutMs === undefined ? {} : { responseTimeoutMs }),
  };
}

function joined(first: HeaderEdit | undefined, second: HeaderEdit | undefined): HeaderEdit | undefined {
  if (!first || !second) return first ?? second;
  return {
    remove: [...(first.remove ?? []), ...(second.remove ?? [])],
    set: [...(first.set ?? []), ...(second.set ?? [])],
    add: [...(first.add ?? []), ...(second.add ?? [])],
  };
}

function shapeOf(request: RequestHead) {
  const url = request.url ?? '/';
  const mark = url.indexOf('?');
  const authority = (request.headers[':authority'] as string | undefined) ?? request.headers.host ?? '';
  return {
    host: hostWithoutPort(authority),
    path: mark < 0 ? url : url.slice(0, mark),
    method: request.method ?? 'GET',
    header: (name: string) => {
      const value = request.headers[name];
      return Array.isArray(value) ? value.join(',') : value;
    },
    query: new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1)),
  };
}

function hostWithoutPort(authority: string): string {
  const end = authority.startsWith('[') ? authority.indexOf(']') + 1 : authority.indexOf(':');
  const name = (end > 0 ? authority.slice(0, end) : authority).toLowerCase();
  return name.endsWith('.') ? name.slice(0, -1) : name;
}

function noRoute(host: string, path: string, sources: string[]): Page {
  if (sources.length === 0) {
    const message = `No HTTPRoute or Ingress has the hostname "${host}". Check the address, or whether the service has been delivered yet.`;
    return { status: 404, title: 'No route', message };
  }
  const message = `"${host}" is known, but none of its rules matches the path "${path}" of this request.`;
  return { status: 404, title: 'No matching rule', message, details: sources };
}
