import { StatusError } from '@slipway/api';
import type { Registry, ResourceInfo } from '../schema/index.ts';
import { type Exchange, type Incoming, targetOf } from './exchange.ts';
import { noSuchResource } from './refusals.ts';
import type { Attributes } from './seams.ts';

/** A request for a resource, before anybody knows whether it exists. */
export interface ResourcePath {
  group: string;
  version: string;
  plural: string;
  namespace?: string;
  name?: string;
  subresource?: string;
  /** Below the old `/watch/` prefix. */
  watch: boolean;
}

/**
 * Takes a path apart as Kubernetes does (apiserver/pkg/endpoints/request/requestinfo.go);
 * undefined for what is no resource: discovery, health, OpenAPI.
 */
export function parsePath(path: string): ResourcePath | undefined {
  const segments = path
    .split('/')
    .filter(segment => segment !== '')
    .map(decode);
  const core = segments[0] === 'api';
  if (!core && segments[0] !== 'apis') return undefined;
  const [group, version] = core ? ['', segments[1]] : [segments[1], segments[2]];
  let rest = segments.slice(core ? 2 : 3);
  if (group === undefined || version === undefined || rest.length === 0) return undefined;
  const watch = rest[0] === 'watch';
  if (watch) rest = rest.slice(1);
  const place = placeOf(rest);
  return place ? { group, version, watch, ...place } : undefined;
}

/** Subresources of namespaces themselves; anything else after `namespaces/<name>/` is a resource in it. */
const OF_NAMESPACES = new Set(['status', 'finalize']);

function placeOf(rest: string[]): Omit<ResourcePath, 'group' | 'version' | 'watch'> | undefined {
  const [first, second, third, fourth, ...more] = rest;
  if (first === undefined) return undefined;
  if (first === 'namespaces' && second !== undefined && third !== undefined && !OF_NAMESPACES.has(third)) {
    const subresource = more.join('/');
    return {
      plural: third,
      namespace: second,
      ...(fourth === undefined ? {} : { name: fourth }),
      ...(subresource === '' ? {} : { subresource }),
    };
  }
  const subresource = rest.slice(2).join('/');
  return {
    plural: first,
    ...(second === undefined ? {} : { name: second }),
    ...(subresource === '' ? {} : { subresource }),
  };
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new StatusError('BadRequest', `path: not a valid escape: "${segment}"`);
  }
}

/** Subresources whose connections change something: entering a pod always needs `create`. */
const CONNECTS = new Set(['exec', 'attach', 'portforward']);

function verbOf(path: ResourcePath, incoming: Incoming): string {
  const named = path.name !== undefined;
  if (path.subresource && CONNECTS.has(path.subresource)) return 'create';
  switch (incoming.method) {
    case 'GET':
    case 'HEAD':
      if (path.watch || (isTrue(incoming.query.get('watch')) && (!named || path.subresource === undefined))) {
        return 'watch';
      }
      return named ? 'get' : 'list';
    case 'POST':
      return 'create';
    case 'PUT':
      return 'update';
    case 'PATCH':
      return 'patch';
    case 'DELETE':
      return named ? 'delete' : 'deletecollection';
    default:
      return incoming.method.toLowerCase();
  }
}

export function isTrue(value: string | null): boolean {
  return value !== null && value !== '' && value !== '0' && value !== 'false';
}

/** What access rules are asked about this request. */
export function attributesOf(incoming: Incoming): Attributes {
  const path = parsePath(incoming.path);
  if (!path) {
    const verb = incoming.method.toLowerCase();
    return { verb, nonResourcePath: incoming.path, group: '', version: '', resource: '' };
  }
  const { group, version, plural, namespace, name, subresource } = path;
  const verb = verbOf(path, incoming);
  const single = verb === 'watch' || verb === 'list' ? nameInSelector(incoming) : undefined;
  const named = name ?? single;
  return {
    verb,
    group,
    version,
    resource: plural,
    ...(subresource === undefined ? {} : { subresource }),
    ...(namespace === undefined ? namespaceOfItself(plural, name) : { namespace }),
    ...(named === undefined ? {} : { name: named }),
  };
}

function namespaceOfItself(plural: string, name: string | undefined): { namespace?: string } {
  return plural === 'namespaces' && name !== undefined ? { namespace: name } : {};
}

/** `metadata.name=x` narrows a list or watch to one object, for rules with resourceNames. */
function nameInSelector(incoming: Incoming): string | undefined {
  return /(?:^|,)metadata\.name==?([^,!]+)(?:,|$)/.exec(incoming.query.get('fieldSelector') ?? '')?.[1];
}

/** Step: finds the resource that the path addresses, if it addresses one. */
export function route(exchange: Exchange): void {
  const { incoming, parts } = exchange;
  const path = parsePath(incoming.path);
  if (!path) return;
  const info = parts.registry.byPath(path.group, path.version, path.plural);
  if (!info && !isServed(parts.registry, path)) {
    exchange.answer = { status: 404, contentType: 'text/plain', body: '404 page not found\n' };
    return;
  }
  if (!info) throw noSuchResource();
  if (info.unconverted) throw notConverted(info);
  const verb = verbOf(path, incoming);
  const { namespace, name, subresource } = path;
  exchange.target = {
    info,
    verb,
    ...(namespace === undefined || !info.kind.namespaced ? {} : { namespace }),
    ...(name === undefined ? {} : { name }),
    ...(subresource === undefined ? {} : { subresource }),
  };
  checkScope(exchange, info);
}

function notConverted({ kind, storageVersion }: ResourceInfo): StatusError {
  const stored = `${kind.group}/${storageVersion}`;
  return new StatusError(
    'InternalError',
    `conversion webhook for ${stored}, Kind=${kind.kind} failed: this server calls no conversion webhooks; ask for ${stored}, in which the objects are stored`,
  );
}

/** Whether anything of this group and version is served; upstream answers in plain text when not. */
function isServed(registry: Registry, { group, version }: ResourcePath): boolean {
  return registry.all().some(({ kind }) => kind.group === group && kind.version === version);
}

function checkScope(exchange: Exchange, info: ResourceInfo): void {
  const { namespace, name } = targetOf(exchange);
  if (info.kind.namespaced && name !== undefined && namespace === undefined) throw noSuchResource();
}

/** The served resource that a kind belongs to; undefined for kinds nobody serves. */
export function infoOfKind(registry: Registry, apiVersion: string, kind: string): ResourceInfo | undefined {
  const [group, version] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion];
  return registry.byKind(group ?? '', version ?? '', kind);
}
