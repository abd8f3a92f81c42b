import type { ResourceInfo } from '../schema/index.ts';
import type { Operation, PathItem } from './operation.ts';

/** Subresources that open a connection, with the parameters each takes. */
const CONNECTS: Record<string, string[]> = {
  attach: ['container', 'stderr', 'stdin', 'stdout', 'tty'],
  exec: ['command', 'container', 'stderr', 'stdin', 'stdout', 'tty'],
  portforward: ['ports'],
  proxy: ['path'],
};
const PROXY_METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch'];
const LOG = [
  'container',
  'follow',
  'insecureSkipTLSVerifyBackend',
  'limitBytes',
  'previous',
  'sinceSeconds',
  'stream',
  'tailLines',
  'timestamps',
];

export function isConnect(name: string): boolean {
  return Object.hasOwn(CONNECTS, name);
}

interface Place {
  info: ResourceInfo;
  id: string;
  tag: string;
  path: string;
}

/** Paths of `exec`, `attach`, `portforward` and `proxy`. */
export function connectPaths(place: Place & { name: string; subject: string }): PathItem[] {
  const { info, id, tag, path, name, subject } = place;
  const { group, version } = info.kind;
  const kind = info.subresources.find(found => found.name === name)?.kind?.kind ?? '';
  const proxies = name === 'proxy';
  const operations = (suffix: string, more: string[]): Operation[] =>
    (proxies ? PROXY_METHODS : ['get', 'post']).map(method => ({
      method,
      id: `connect${id}${capital(method)}${subject}${capital(name)}${suffix}`,
      tag,
      action: 'connect',
      target: { group, version, kind },
      parameters: [
        ...(CONNECTS[name] ?? []),
        'name',
        ...(info.kind.namespaced ? ['namespace'] : []),
        ...more,
      ],
      answers: { 200: { types: ['*/*'] } },
    }));
  const here = { path, operations: operations('', []) };
  if (!proxies) return [here];
  return [here, { path: `${path}/{path}`, operations: operations('WithPath', ['path/path']) }];
}

export function logPath({ info, id, tag, path, types }: Place & { types: string[] }): PathItem {
  const { group, version, kind } = info.kind;
  const operation: Operation = {
    method: 'get',
    id: `read${id}NamespacedPodLog`,
    tag,
    action: 'get',
    target: { group, version, kind },
    parameters: [...LOG, 'name', 'namespace', 'pretty'],
    answers: { 200: { types: [...types, 'text/plain'] } },
  };
  return { path, operations: [operation] };
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
