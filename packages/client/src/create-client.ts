import {
  type ApiRequest,
  type ApiResponse,
  apiVersionOf,
  hasReason,
  type Kind,
  type KubeObject,
  keyOf,
  type ListOf,
  pathOf,
  type Stored,
  type Transport,
} from '@slipway/api';
import type { Client, DeleteOptions, Patch, WriteOptions } from './client.ts';
import { createDiscovery } from './discovery.ts';
import { listApiVersions, listKinds } from './kinds.ts';
import { listQuery, watchQuery, writeQuery } from './query.ts';
import { statusErrorOf } from './status.ts';
import { readLogs, watchEvents } from './streams.ts';

const PATCH_TYPES: Record<Patch['type'], string> = {
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  json: 'application/json-patch+json',
};

const METADATA_ONLY = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1';

/**
 * A typed client over any Transport: HTTPS, or a function call in the same process.
 * @example
 * const client = createClient(nodeTransport({ url, ca, token }));
 */
export function createClient(transport: Transport): Client {
  const request = (options: ApiRequest) => sendOrThrow(transport, options);
  const write = async <T extends KubeObject>(options: ApiRequest): Promise<Stored<T>> =>
    JSON.parse((await request(options)).body) as Stored<T>;

  const get = async <T extends KubeObject>(kind: Kind<T>, key: { namespace?: string; name: string }) =>
    JSON.parse((await request({ method: 'GET', path: pathOf(kind, key) })).body) as Stored<T>;

  return {
    get,
    find: (kind, key) => get(kind, key).catch(undefinedWhenMissing),
    list: async (kind, options = {}) => {
      const path = pathOf(kind, { namespace: options.namespace });
      const accept = options.metadataOnly ? { accept: METADATA_ONLY } : {};
      const answer = await request({ method: 'GET', path, query: listQuery(options), ...accept });
      return namedItems(kind, JSON.parse(answer.body));
    },
    watch: (kind, options) =>
      watchEvents(
        transport,
        { method: 'GET', path: pathOf(kind, { namespace: options.namespace }), query: watchQuery(options) },
        options.signal,
      ),
    create: (kind, object, options = {}) => {
      const path = createPath(kind, object, options);
      return write({ method: 'POST', path, query: writeQuery(options), ...jsonBody(kind, object) });
    },
    update: (kind, object, options = {}) => {
      const path = pathOf(kind, keyOf(object), options.subresource);
      return write({ method: 'PUT', path, query: writeQuery(options), ...jsonBody(kind, object) });
    },
    patch: (kind, key, patch, options = {}) =>
      write({
        method: 'PATCH',
        path: pathOf(kind, key, options.subresource),
        query: writeQuery(options),
        contentType: PATCH_TYPES[patch.type],
        body: JSON.stringify(patch.body),
      }),
    apply: (kind, object, options) =>
      write({
        method: 'PATCH',
        path: pathOf(kind, keyOf(object), options.subresource),
        query: { ...writeQuery(options), ...(options.force ? { force: 'true' } : {}) },
        ...jsonBody(kind, object),
        contentType: 'application/apply-patch+yaml',
      }),
    delete: async (kind, key, options = {}) => {
      await request({ method: 'DELETE', path: pathOf(kind, key), ...deleteBody(options) });
    },
    discover: createDiscovery(request),
    kinds: () => listKinds(request),
    apiVersions: () => listApiVersions(request),
    read: async path => JSON.parse((await request({ method: 'GET', path })).body),
    logs: (pod, options) => readLogs(transport, pod, options),
  };
}

async function sendOrThrow(transport: Transport, request: ApiRequest): Promise<ApiResponse> {
  const answer = await transport.send(request);
  if (answer.status >= 400) throw statusErrorOf(answer.status, answer.body);
  return answer;
}

function undefinedWhenMissing(error: unknown): undefined {
  if (hasReason(error, 'NotFound')) return undefined;
  throw error;
}

/** A subresource is created below its owner: `pods/web/binding`, `serviceaccounts/ci/token`. */
function createPath(kind: Kind, object: KubeObject, options: WriteOptions & { name?: string }): string {
  const { namespace, name } = object.metadata;
  if (!options.subresource) return pathOf(kind, { namespace });
  return pathOf(kind, { namespace, name: options.name ?? name ?? '' }, options.subresource);
}

/** The kind's own apiVersion and kind fill in what a caller left out; a subresource's body keeps its own. */
function jsonBody(kind: Kind, object: KubeObject): { contentType: string; body: string } {
  const named = {
    ...object,
    apiVersion: object.apiVersion || apiVersionOf(kind),
    kind: object.kind || kind.kind,
  };
  return { contentType: 'application/json', body: JSON.stringify(named) };
}

/** Kubernetes leaves apiVersion and kind out of the items of a typed list; every object of ours carries them. */
function namedItems<T extends KubeObject>(kind: Kind<T>, list: ListOf<Stored<T>>): ListOf<Stored<T>> {
  const items = (list.items ?? []).map(item =>
    item.kind ? item : { ...item, apiVersion: apiVersionOf(kind), kind: kind.kind },
  );
  return { ...list, items };
}

function deleteBody({ dryRun, ...options }: DeleteOptions): Partial<ApiRequest> {
  const query = dryRun ? { dryRun: 'All' } : {};
  if (Object.keys(options).length === 0) return { query };
  const body = { apiVersion: 'v1', kind: 'DeleteOptions', ...options };
  return { query, contentType: 'application/json', body: JSON.stringify(body) };
}
