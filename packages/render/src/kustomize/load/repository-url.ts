import { cleanPath } from './path.ts';

/** What a URL says of a Git repository and of a folder within it (`RepoSpec`). */
export interface RepositoryUrl {
  /** As it was written; cycles are found by it. */
  raw: string;
  /** What `git clone` takes. */
  url: string;
  folder: string;
  ref?: string;
  submodules: boolean;
  timeoutMs: number;
}

const DEFAULT_TIMEOUT_MS = 27_000;
const SCHEMES = ['ssh://', 'https://', 'http://', 'file://'];

/**
 * Reads the forms of Git URLs that kustomize knows: with a scheme, as `user@host:path`, and GitHub's without either.
 * Undefined for what is none of them, which is then a path.
 */
export function parseRepository(raw: string): RepositoryUrl | undefined {
  if (raw.startsWith('/')) return undefined;
  const at = raw.indexOf('?');
  const place = at < 0 ? raw : raw.slice(0, at);
  const host = extractHost(place);
  if (!host) return undefined;
  const paths = splitPath(host.rest, host.host.startsWith('file://'));
  if (!paths || paths.repository === '' || leavesRepository(paths.folder)) return undefined;
  return {
    raw,
    url: host.host + paths.repository,
    folder: paths.folder.replace(/^\//, ''),
    ...parseQuery(at < 0 ? '' : raw.slice(at + 1)),
  };
}

function extractHost(text: string): { host: string; rest: string } | undefined {
  const place = text.replace(/^git::/i, '');
  const scheme = SCHEMES.find(prefix => place.toLowerCase().startsWith(prefix)) ?? '';
  const behind = place.slice(scheme.length);
  const user = /^[a-zA-Z][a-zA-Z0-9-]*@/.exec(behind)?.[0] ?? '';
  const path = behind.slice(user.length);
  const isGitHub = /^github\.com[/:]/i.test(path);
  const scp = scheme === '' && (user !== '' || isGitHub);
  if (scheme === '' && !scp) return undefined;
  if (scheme === 'file://') return { host: scheme, rest: user + path };
  const separator = separatorAt(path, scp);
  const [name, rest] = separator < 0 ? [path, ''] : [path.slice(0, separator + 1), path.slice(separator + 1)];
  if (isGitHub) return { host: gitHubHost(scheme, user), rest };
  return name === '' ? undefined : { host: scheme + user + name, rest };
}

function gitHubHost(scheme: string, user: string): string {
  return scheme === 'ssh://' || user !== '' ? `${user}github.com:` : 'https://github.com/';
}

/** A colon ends the host of `user@host:path` unless a slash stands before it. */
function separatorAt(path: string, scp: boolean): number {
  const slash = path.indexOf('/');
  if (!scp) return slash;
  const colon = path.indexOf(':');
  return slash < 0 || (colon > 0 && colon < slash) ? colon : slash;
}

/** The repository ends behind `_git/<name>`, before `//`, behind `.git`, else behind two parts. */
function splitPath(path: string, isFile: boolean): { repository: string; folder: string } | undefined {
  const azure = path.indexOf('_git/');
  if (azure >= 0) {
    const start = azure + '_git/'.length;
    const [name = '', ...folder] = path.slice(start).split('/');
    return { repository: path.slice(0, start) + name, folder: folder.join('/') };
  }
  const double = path.indexOf('//');
  if (double >= 0) return { repository: path.slice(0, double), folder: path.slice(double + 2) };
  const suffix = path.indexOf('.git');
  if (suffix >= 0) return { repository: path.slice(0, suffix + 4), folder: path.slice(suffix + 4) };
  if (isFile) return { repository: path, folder: '' };
  const parts = path.split('/');
  if (parts.length < 2) return undefined;
  return { repository: parts.slice(0, 2).join('/'), folder: parts.slice(2).join('/') };
}

function leavesRepository(folder: string): boolean {
  return cleanPath(folder.replace(/^\//, '')).split('/')[0] === '..';
}

type Query = Pick<RepositoryUrl, 'ref' | 'submodules' | 'timeoutMs'>;

function parseQuery(query: string): Query {
  const defaults: Query = { submodules: true, timeoutMs: DEFAULT_TIMEOUT_MS };
  // Go's url.ParseQuery refuses these.
  if (query.includes(';') || /%(?![0-9a-fA-F]{2})/.test(query)) return defaults;
  const values = new URLSearchParams(query);
  const ref = values.get('ref') || values.get('version');
  const submodules = parseGoBool(values.get('submodules') ?? '');
  return {
    ...(ref ? { ref } : {}),
    submodules: submodules ?? true,
    timeoutMs: parseTimeout(values.get('timeout') ?? '') ?? DEFAULT_TIMEOUT_MS,
  };
}

function parseGoBool(text: string): boolean | undefined {
  if (['1', 't', 'T', 'true', 'TRUE', 'True'].includes(text)) return true;
  return ['0', 'f', 'F', 'false', 'FALSE', 'False'].includes(text) ? false : undefined;
}

const UNIT_MS: Record<string, number> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
};

/** Whole seconds (`61`), else a Go duration (`1m30s`); undefined for neither, and for nothing. */
function parseTimeout(text: string): number | undefined {
  if (/^\+?\d+$/.test(text)) return Number(text) > 0 ? Number(text) * 1_000 : undefined;
  if (!/^\+?(\d+(\.\d*)?(ns|us|µs|ms|s|m|h))+$/.test(text)) return undefined;
  let sum = 0;
  for (const [, amount = '', , unit = ''] of text.matchAll(/(\d+(\.\d*)?)(ns|us|µs|ms|s|m|h)/g))
    sum += Number(amount) * (UNIT_MS[unit] ?? 0);
  return sum > 0 ? sum : undefined;
}
