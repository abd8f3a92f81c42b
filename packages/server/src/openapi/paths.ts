import { apiVersionOf } from '@slipway/api';
import type { ResourceInfo, Subresource } from '../schema/index.ts';
import { definitionName } from './definition-name.ts';
import {
  DELETE_OPTIONS,
  type Operation,
  PATCH_BODY,
  type PathItem,
  RESOURCE_LIST,
  STATUS,
  WATCH_EVENT,
} from './operation.ts';
import { connectPaths, isConnect, logPath } from './pod-paths.ts';

const LIST = [
  'allowWatchBookmarks',
  'continue',
  'fieldSelector',
  'labelSelector',
  'limit',
  'resourceVersion',
  'resourceVersionMatch',
  'sendInitialEvents',
  'shardSelector',
  'timeoutSeconds',
  'watch',
];
const DELETE = [
  'dryRun',
  'gracePeriodSeconds',
  'ignoreStoreReadErrorWithClusterBreakingPotential',
  'orphanDependents',
  'propagationPolicy',
];
const DELETE_COLLECTION = [
  ...LIST.filter(name => name !== 'allowWatchBookmarks' && name !== 'watch'),
  ...DELETE,
];
const WRITE = ['dryRun', 'fieldManager', 'fieldValidation'];

const BUILT_IN_TYPES = ['application/json', 'application/vnd.kubernetes.protobuf', 'application/yaml'];
const CUSTOM_TYPES = ['application/json', 'application/yaml'];
const STREAMS = ['application/json;stream=watch', 'application/vnd.kubernetes.protobuf;stream=watch'];
const PATCHES = [
  'application/apply-patch+yaml',
  'application/json-patch+json',
  'application/merge-patch+json',
  'application/strategic-merge-patch+json',
];

/** Kinds whose deletion answers with the object (deletion is asynchronous there, or upstream says so). */
const ANSWERS_WITH_OBJECT = new Set(
  `persistentvolumeclaims persistentvolumes pods podtemplates resourcequotas serviceaccounts services
  csidrivers csinodes storageclasses volumeattachments volumeattributesclasses
  deviceclasses resourceclaims resourceclaimtemplates resourceslices`.split(/\s+/),
);

/** What is needed to name and address the operations of one resource. */
interface Context {
  info: ResourceInfo;
  root: string;
  /** `AppsV1`. */
  id: string;
  tag: string;
  types: string[];
}

/** All paths of one group and version. */
export function pathsOf(infos: ResourceInfo[]): PathItem[] {
  const [first] = infos;
  if (!first) return [];
  const head = contextOf(first);
  const discovery: Operation = {
    method: 'get',
    id: `get${head.id}APIResources`,
    tag: head.tag,
    parameters: [],
    answers: { 200: { definition: RESOURCE_LIST, types: BUILT_IN_TYPES } },
  };
  const root: PathItem[] = first.custom ? [] : [{ path: `${head.root}/`, operations: [discovery] }];
  return [...root, ...infos.flatMap(info => resourcePaths(contextOf(info)))];
}

function contextOf(info: ResourceInfo): Context {
  const { group, version } = info.kind;
  const words = (group === '' ? 'core' : group.replace(/\.k8s\.io$/, '')).split('.').map(capital).join('');
  return {
    info,
    root: group === '' ? `/api/${version}` : `/apis/${apiVersionOf(info.kind)}`,
    id: `${words}${capital(version)}`,
    tag: `${words.charAt(0).toLowerCase()}${words.slice(1)}_${version}`,
    types: info.custom ? CUSTOM_TYPES : BUILT_IN_TYPES,
  };
}

function capital(word: string): string {
  return word
    .split('-')
    .map(part => part.charAt(0).toUpperCase() + part.slice(1))
    .join('');
}

function resourcePaths(context: Context): PathItem[] {
  const { info, root } = context;
  const { namespaced, plural } = info.kind;
  const scope = namespaced ? '/namespaces/{namespace}' : '';
  const collection = `${root}${scope}/${plural}`;
  const everywhere = namespaced && can(info, 'list') ? [allNamespaces(context)] : [];
  const items = [
    ...everywhere,
    { path: collection, operations: collectionOperations(context) },
    { path: `${collection}/{name}`, operations: itemOperations(context) },
    ...info.subresources.flatMap(found => subresourcePaths(context, found, `${collection}/{name}`)),
    ...(can(info, 'watch') && !info.custom ? watchPaths(context, scope) : []),
  ];
  return items.filter(item => item.operations.length > 0);
}

function can(info: ResourceInfo, verb: string): boolean {
  return info.verbs.includes(verb);
}

function operation(context: Context, found: Omit<Operation, 'tag' | 'target'>): Operation {
  const { group, version, kind } = context.info.kind;
  return { tag: context.tag, target: { group, version, kind }, ...found };
}

/** `NamespacedPod` or `Node`. */
function subject({ info }: Context): string {
  return `${info.kind.namespaced ? 'Namespaced' : ''}${info.kind.kind}`;
}

function scopeParameters({ info }: Context): string[] {
  return info.kind.namespaced ? ['namespace', 'pretty'] : ['pretty'];
}

function streaming({ info, types }: Context): string[] {
  return info.custom ? types : [...types, ...STREAMS];
}

function allNamespaces(context: Context): PathItem {
  const { info, root, id } = context;
  const found = operation(context, {
    method: 'get',
    action: 'list',
    id: `list${id}${info.kind.kind}ForAllNamespaces`,
    parameters: [...LIST, 'pretty'],
    answers: { 200: { definition: definitionName(info, 'List'), types: streaming(context) } },
  });
  return { path: `${root}/${info.kind.plural}`, operations: [found] };
}

function collectionOperations(context: Context): Operation[] {
  const { info, id, types } = context;
  const object = { definition: definitionName(info), types };
  const all: [string, Omit<Operation, 'tag' | 'target'>][] = [
    [
      'list',
      {
        method: 'get',
        action: 'list',
        id: `list${id}${subject(context)}`,
        parameters: [...LIST, ...scopeParameters(context)],
        answers: { 200: { definition: definitionName(info, 'List'), types: streaming(context) } },
      },
    ],
    [
      'create',
      {
        method: 'post',
        action: 'post',
        id: `create${id}${subject(context)}`,
        parameters: [...WRITE, ...scopeParameters(context)],
        body: { definition: definitionName(info), required: true, types: bodyTypes(context) },
        answers: { 200: object, 201: object, 202: object },
      },
    ],
    [
      'deletecollection',
      {
        method: 'delete',
        action: 'deletecollection',
        id: `delete${id}Collection${subject(context)}`,
        parameters: [...DELETE_COLLECTION, ...scopeParameters(context)],
        ...(info.custom
          ? {}
          : { body: { definition: DELETE_OPTIONS, required: false, types: bodyTypes(context) } }),
        answers: { 200: { definition: STATUS, types } },
      },
    ],
  ];
  return all.filter(([verb]) => can(info, verb)).map(([, found]) => operation(context, found));
}

function bodyTypes({ info }: Context): string[] {
  return info.custom ? CUSTOM_TYPES : ['*/*'];
}

function itemOperations(context: Context): Operation[] {
  const { info, id, types } = context;
  const result = ANSWERS_WITH_OBJECT.has(info.kind.plural) ? definitionName(info) : STATUS;
  const gone = { definition: result, types };
  const deletion = operation(context, {
    method: 'delete',
    action: 'delete',
    id: `delete${id}${subject(context)}`,
    parameters: [...DELETE, 'name', ...scopeParameters(context)],
    body: { definition: DELETE_OPTIONS, required: false, types: bodyTypes(context) },
    answers: { 200: gone, 202: gone },
  });
  const found = readAndWrite(context, { verbs: info.verbs, suffix: '', definition: definitionName(info) });
  return can(info, 'delete') ? [...found, deletion] : found;
}

interface Part {
  verbs: readonly string[];
  suffix: string;
  definition: string;
}

/** GET, PUT and PATCH of an object or of a part of it. */
function readAndWrite(context: Context, { verbs, suffix, definition }: Part): Operation[] {
  const { id, types, info } = context;
  const object = { definition, types };
  const parameters = ['name', ...scopeParameters(context)];
  const name = `${id}${subject(context)}${suffix}`;
  const get = { method: 'get', action: 'get', id: `read${name}`, parameters, answers: { 200: object } };
  const put = {
    method: 'put',
    action: 'put',
    id: `replace${name}`,
    parameters: [...WRITE, ...parameters],
    body: { definition, required: true, types: bodyTypes(context) },
    answers: { 200: object, 201: object },
  };
  const patch = {
    method: 'patch',
    action: 'patch',
    id: `patch${name}`,
    parameters: [...WRITE, 'force', ...parameters],
    body: { definition: PATCH_BODY, required: true, types: info.custom ? PATCHES.slice(0, 3) : PATCHES },
    answers: info.custom ? { 200: object } : { 200: object, 201: object },
  };
  const all = [get, put, patch].filter((_, index) => verbs.includes(['get', 'update', 'patch'][index] ?? ''));
  return all.map(found => operation(context, found));
}

function subresourcePaths(context: Context, found: Subresource, item: string): PathItem[] {
  const { info, id, tag, types } = context;
  const path = `${item}/${found.name}`;
  if (isConnect(found.name)) {
    return connectPaths({ info, id, tag, path, name: found.name, subject: subject(context) });
  }
  if (found.name === 'log') return [logPath({ info, id, tag, path, types })];
  const kind = found.kind ?? info.kind;
  const near = !found.kind;
  const definition = near
    ? definitionName(info)
    : definitionName({ ...info, custom: false, kind: { ...info.kind, ...kind } });
  // CRDs' scale operations name the custom kind.
  const target = info.custom ? info.kind : kind;
  const { group, version } = target;
  const suffix = capital(found.name === 'ephemeralcontainers' ? 'ephemeralcontainers' : found.name);
  const part = { verbs: found.verbs, suffix, definition };
  const operations = found.verbs.includes('create') ? [creation(context, part)] : readAndWrite(context, part);
  return [
    {
      path,
      operations: operations.map(each => ({ ...each, target: { group, version, kind: target.kind } })),
    },
  ];
}

function creation(context: Context, { suffix, definition }: Part): Operation {
  const object = { definition, types: context.types };
  return operation(context, {
    method: 'post',
    action: 'post',
    id: `create${context.id}${subject(context)}${suffix}`,
    parameters: [...WRITE, 'name', ...scopeParameters(context)],
    body: { definition, required: true, types: bodyTypes(context) },
    answers: { 200: object, 201: object, 202: object },
  });
}

function watchPaths(context: Context, scope: string): PathItem[] {
  const { info, root, id } = context;
  const { kind, plural, namespaced } = info.kind;
  const watch = (path: string, name: string, action: string, parameters: string[]): PathItem => ({
    path: `${root}/watch${path}`,
    operations: [
      operation(context, {
        method: 'get',
        action,
        id: `watch${id}${name}`,
        parameters: [...LIST, 'pretty', ...parameters],
        answers: { 200: { definition: WATCH_EVENT, types: streaming(context) } },
      }),
    ],
  });
  const namespace = namespaced ? ['namespace'] : [];
  const items = [
    watch(`${scope}/${plural}`, `${subject(context)}List`, 'watchlist', namespace),
    watch(`${scope}/${plural}/{name}`, subject(context), 'watch', ['name', ...namespace]),
  ];
  if (!namespaced) return items;
  return [watch(`/${plural}`, `${kind}ListForAllNamespaces`, 'watchlist', []), ...items];
}
