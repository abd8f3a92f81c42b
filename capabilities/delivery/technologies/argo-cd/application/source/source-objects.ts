import { messageOf } from '@slipway/api';
import type { Ports } from '@slipway/definition';
import type { Repository } from '@slipway/kinds';
import { type Manifest, plainManifests, type SourceReader, sourceTypeOf } from '@slipway/render';
import {
  type GitRemote,
  gitReader,
  mirrorGit,
  openReaderPool,
  type ReaderPool,
  resolveRevision,
} from '@slipway/sources';
import type { SourceSpec } from './spec.ts';

export interface Loaded {
  revision: string;
  manifests: Manifest[];
}

/** A source at one revision, or why it could not be read. */
export type LoadedSource = Loaded | { revision?: string; error: string };

export interface LoadOptions {
  /** The platform's own repositories: their branches are in their status, so nobody has to be asked. */
  known: Repository[];
  /** Ask the server even if it was asked a moment ago. */
  fresh: boolean;
  signal: AbortSignal;
}

export interface SourceLoader {
  load(source: SourceSpec, options: LoadOptions): Promise<LoadedSource>;
  /** Forgets rendered manifests (`refresh=hard`). */
  clear(): void;
  close(): void;
}

const INTERNAL = 'git.slipway.internal';
const KEPT = 2_000;
/** How long another server's answer is believed: Argo CD's `timeout.reconciliation`. */
export const RECONCILE_MS = 120_000;

interface State {
  ports: Ports;
  readers: ReaderPool;
  rendered: Map<string, Manifest[]>;
  resolved: Map<string, { answer: { revision: string } | { error: string }; until: number }>;
}

/** Loads sources through a cache of Git mirrors; manifests of the same revision and options are rendered once. */
export function sourceLoader(ports: Ports): SourceLoader {
  const state: State = {
    ports,
    readers: openReaderPool(ports.clock),
    rendered: new Map(),
    resolved: new Map(),
  };
  return {
    load: async (source, options) => {
      let revision: string | undefined;
      try {
        revision = knownRevision(source, options.known) ?? (await askRevision(state, source, options));
        return { revision, manifests: await manifestsOf(state, source, revision, options.signal) };
      } catch (error) {
        if (options.signal.aborted) throw error;
        return { ...(revision ? { revision } : {}), error: messageOf(error) };
      }
    },
    clear: () => state.rendered.clear(),
    close: () => state.readers.close(),
  };
}

/** Answers of other servers, refusals too, are kept for a while: a busy Application does not ask each time. */
async function askRevision(
  { ports, resolved }: State,
  source: SourceSpec,
  { fresh, signal }: LoadOptions,
): Promise<string> {
  const key = `${source.repoURL} ${source.targetRevision}`;
  const kept = resolved.get(key);
  if (kept && !fresh && kept.until > ports.clock.now()) return revisionOf(kept.answer);
  const remote = await remoteOf(source.repoURL, ports);
  const cacheFolder = (await ports.data.folder('sources')).path;
  const answer = await resolveRevision({
    ...remote,
    cacheFolder,
    revision: source.targetRevision,
    signal,
  }).then(
    revision => ({ revision }),
    error => ({ error: messageOf(error) }),
  );
  signal.throwIfAborted();
  const ms = 'error' in answer ? RECONCILE_MS / 8 : RECONCILE_MS;
  remember(resolved, key, { answer, until: ports.clock.now() + ms });
  return revisionOf(answer);
}

function revisionOf(answer: { revision: string } | { error: string }): string {
  if ('error' in answer) throw new Error(answer.error);
  return answer.revision;
}

/** Rendered once for each state of the folder: most commits leave most folders as they were. */
async function manifestsOf(
  { ports, rendered, readers }: State,
  source: SourceSpec,
  revision: string,
  signal: AbortSignal,
): Promise<Manifest[]> {
  const remote = await remoteOf(source.repoURL, ports);
  const cacheFolder = (await ports.data.folder('sources')).path;
  const { repository } = await mirrorGit({ ...remote, cacheFolder, revision, signal });
  const reader = gitReader(repository, revision, { objects: readers.of(repository) });
  const { path, recurse, isDirectory, include = '', exclude = '' } = source;
  const tree = await reader.treeId(path);
  if (!tree) throw new Error(`${path}: app path does not exist`);
  const key = JSON.stringify([tree, path, recurse, isDirectory, include, exclude]);
  const known = rendered.get(key);
  if (known) return known;
  if (!isDirectory) await requireDirectory(reader, path);
  const manifests = (await plainManifests({ reader, path, recurse, include, exclude })) ?? [];
  remember(rendered, key, manifests);
  return manifests;
}

/** Argo CD renders a chart or a kustomization unless the source has a `directory`: plain files of it mean nothing. */
async function requireDirectory(reader: SourceReader, path: string): Promise<void> {
  const { type, marker } = await sourceTypeOf(reader, path);
  if (type === 'Directory') return;
  throw new Error(
    `${path}: ${marker} makes it a ${type} source, which this engine does not support yet; supported are plain directories (spec.source.directory reads the folder as one)`,
  );
}

/** The platform's own server is reached with this engine's token; other servers without credentials. */
async function remoteOf(url: string, ports: Ports): Promise<GitRemote> {
  const hostname = URL.parse(url)?.hostname;
  if (hostname !== INTERNAL) return { url };
  return { url, address: ports.resolve(hostname), auth: { password: await ports.token() } };
}

/** Branch of an own repository from its status: no process, no request. */
function knownRevision({ repoURL, targetRevision }: SourceSpec, known: Repository[]): string | undefined {
  const repository = known.find(
    each => each.status?.url !== undefined && sameAddress(each.status.url, repoURL),
  );
  if (!repository) return undefined;
  const branch = targetRevision === 'HEAD' ? (repository.spec.defaultBranch ?? 'main') : targetRevision;
  return repository.status?.branches?.[branch.replace(/^refs\/heads\//, '')];
}

/** Git addresses are the same with and without `.git` at the end. */
export function sameAddress(a: string, b: string): boolean {
  const bare = (url: string) =>
    url
      .replace(/\/+$/, '')
      .replace(/\.git$/, '')
      .toLowerCase();
  return bare(a) === bare(b);
}

function remember<T>(cache: Map<string, T>, key: string, value: T): void {
  cache.delete(key);
  cache.set(key, value);
  const [oldest] = cache.keys();
  if (cache.size > KEPT && oldest !== undefined) cache.delete(oldest);
}
