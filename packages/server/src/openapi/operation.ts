/** One operation of a path, before it is written in the words of OpenAPI v2 or v3. */
export interface Operation {
  method: string;
  id: string;
  tag: string;
  action?: string;
  target?: { group: string; version: string; kind: string };
  parameters: string[];
  /** Definition of the body; options are not required. */
  body?: { definition: string; required: boolean; types: string[] };
  /** Answers by status; the schema is a definition, or a plain string. */
  answers: Record<string, { definition?: string; types: string[] }>;
}

export interface PathItem {
  path: string;
  operations: Operation[];
}

const META = 'io.k8s.apimachinery.pkg.apis.meta.v1';
export const DELETE_OPTIONS = `${META}.DeleteOptions`;
export const PATCH_BODY = `${META}.Patch`;
export const STATUS = `${META}.Status`;
export const WATCH_EVENT = `${META}.WatchEvent`;
export const RESOURCE_LIST = `${META}.APIResourceList`;

const INTEGERS = new Set([
  'gracePeriodSeconds',
  'limit',
  'limitBytes',
  'ports',
  'sinceSeconds',
  'tailLines',
  'timeoutSeconds',
]);
const TRUTHS = new Set([
  'allowWatchBookmarks',
  'follow',
  'force',
  'ignoreStoreReadErrorWithClusterBreakingPotential',
  'insecureSkipTLSVerifyBackend',
  'orphanDependents',
  'previous',
  'sendInitialEvents',
  'stderr',
  'stdin',
  'stdout',
  'timestamps',
  'tty',
  'watch',
]);

/** A parameter's place and type; `path/path` is the rest of a proxied path. */
export function parameterOf(text: string): { name: string; in: string; required?: true; type: string } {
  const inPath = text === 'name' || text === 'namespace' || text === 'path/path';
  const name = text.replace('path/', '');
  const type = TRUTHS.has(name) ? 'boolean' : 'string';
  const found = { name, in: inPath ? 'path' : 'query', type: INTEGERS.has(name) ? 'integer' : type };
  return inPath ? { ...found, required: true } : found;
}

/** Parameters that all operations of a path share stand at the path. */
export function splitParameters({ operations }: PathItem): { shared: string[]; own: string[][] } {
  const [first, ...rest] = operations.map(operation => new Set(operation.parameters));
  const shared = [...(first ?? [])].filter(name => rest.every(names => names.has(name)));
  const own = operations.map(({ parameters }) =>
    parameters.filter(name => !shared.includes(name)).sort(inOrder),
  );
  return { shared: shared.sort(inOrder), own };
}

/** By name, a path's parameter before a query's. */
function inOrder(a: string, b: string): number {
  const [left, right] = [parameterOf(a), parameterOf(b)];
  return left.name === right.name ? (left.in < right.in ? -1 : 1) : left.name < right.name ? -1 : 1;
}

/** What each status says; a document without it is no OpenAPI. */
export const ANSWERS: Record<string, string> = {
  200: 'OK',
  201: 'Created',
  202: 'Accepted',
  401: 'Unauthorized',
};
