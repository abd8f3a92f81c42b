import { messageOf } from '@slipway/api';
import type { Client } from '@slipway/client';
import type { Ports } from '@slipway/definition';
import type { Repository } from '@slipway/kinds';
import {
  type Manifest,
  plainManifests,
  type SourceReader,
  type SourceType,
  sourceTypeOf,
} from '@slipway/render';
import { gitReader, mirrorGit, openReaderPool, type ReaderPool } from '@slipway/sources';
import { type Revisions, remoteOf, resolveSource, revisions } from './revision.ts';
import type { SourceSpec } from './spec.ts';

/** Objects of all sources of an Application at one moment. */
export interface Loaded {
  /** Of the first source: the commit, or a chart's version. */
  revision: string;
  /** One for each source, in their order. */
  revisions: string[];
  /** What each source is; a source that is only referred to counts as `Directory`. */
  sourceTypes: SourceType[];
  manifests: Manifest[];
}

/** The sources, or why they could not be read. */
export type LoadedSources = Loaded | { revisions: string[]; error: string };

/** The Application that manifests are made for: names of releases and the build environment come from it. */
export interface RenderedFor {
  name: string;
  namespace: string;
  project: string;
  destinationNamespace: string;
  /** The destination: its version and kinds are what charts ask for. */
  destination: Client;
}

export interface LoadOptions {
  /** The platform's own repositories: their branches are in their status, so nobody has to be asked. */
  known: Repository[];
  /** Ask the server even if it was asked a moment ago. */
  fresh: boolean;
  signal: AbortSignal;
  application: RenderedFor;
}

export interface SourceLoader {
  /** Never rejects but for the signal. `error` is Argo CD's text after `Failed to load target state: `. */
  load(sources: SourceSpec[], options: LoadOptions): Promise<LoadedSources>;
  /** Forgets rendered manifests (`refresh=hard`). */
  clear(): void;
  close(): void;
}

const KEPT = 2_000;

interface State {
  ports: Ports;
  readers: ReaderPool;
  rendered: Map<string, Manifest[]>;
  revisions: Revisions;
}

/** Loads sources through a cache of Git mirrors; manifests of the same files and options are rendered once. */
export function sourceLoader(ports: Ports): SourceLoader {
  const state: State = {
    ports,
    readers: openReaderPool(ports.clock),
    rendered: new Map(),
    revisions: revisions(ports),
  };
  return {
    load: (sources, options) => loadAll(state, sources, options),
    clear: () => state.rendered.clear(),
    close: () => state.readers.close(),
  };
}

async function loadAll(state: State, sources: SourceSpec[], options: LoadOptions): Promise<LoadedSources> {
  const found: string[] = [];
  const sourceTypes: SourceType[] = [];
  const manifests: Manifest[] = [];
  for (const [index, source] of sources.entries()) {
    try {
      const revision = await resolveSource(state.revisions, source, options);
      found.push(revision);
      const one = await render(state, source, revision, options);
      sourceTypes.push(one.type);
      manifests.push(...one.manifests);
    } catch (error) {
      if (options.signal.aborted) throw error;
      const place = `failed to generate manifest for source ${index + 1} of ${sources.length}`;
      return { revisions: found, error: `${place}: ${messageOf(error)}` };
    }
  }
  return { revision: found[0] ?? '', revisions: found, sourceTypes, manifests };
}

/** Rendered once for each state of the folder: most commits leave most folders as they were. */
async function render(
  { ports, rendered, readers }: State,
  source: SourceSpec,
  revision: string,
  { signal }: LoadOptions,
): Promise<{ type: SourceType; manifests: Manifest[] }> {
  if (source.path === '' && source.ref) return { type: 'Directory', manifests: [] };
  const remote = await remoteOf(source.repoURL, ports);
  const cacheFolder = (await ports.data.folder('sources')).path;
  const { repository } = await mirrorGit({ ...remote, cacheFolder, revision, signal });
  const reader = gitReader(repository, revision, { objects: readers.of(repository) });
  const { path, directory } = source;
  const tree = await reader.treeId(path);
  if (!tree) throw new Error(`${path}: app path does not exist`);
  const key = JSON.stringify([tree, path, directory]);
  const known = rendered.get(key);
  if (known) return { type: 'Directory', manifests: known };
  await requireDirectory(reader, source);
  const { recurse, include, exclude } = directory ?? { recurse: false, include: '', exclude: '' };
  const manifests = (await plainManifests({ reader, path, recurse, include, exclude })) ?? [];
  remember(rendered, key, manifests);
  return { type: 'Directory', manifests };
}

/** Argo CD renders a chart or a kustomization unless the source has a `directory`: plain files of it mean nothing. */
async function requireDirectory(reader: SourceReader, { path, directory }: SourceSpec): Promise<void> {
  if (directory) return;
  const { type, marker } = await sourceTypeOf(reader, path);
  if (type === 'Directory') return;
  throw new Error(
    `${path}: ${marker} makes it a ${type} source, which this engine does not support yet; supported are plain directories (spec.source.directory reads the folder as one)`,
  );
}

function remember<T>(cache: Map<string, T>, key: string, value: T): void {
  cache.delete(key);
  cache.set(key, value);
  const [oldest] = cache.keys();
  if (cache.size > KEPT && oldest !== undefined) cache.delete(oldest);
}
