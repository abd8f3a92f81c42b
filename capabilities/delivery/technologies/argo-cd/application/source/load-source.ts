import type { Ports } from '@slipway/definition';
import {
  archiveReader,
  type ChartFile,
  type Manifest,
  plainObjects,
  readPlainFiles,
  type SourceReader,
  type SourceType,
  sourceTypeOf,
} from '@slipway/render';
import { type ChartCache, fetchChart, resolveChart, type SourceTree, sha256 } from '@slipway/sources';
import { CONTROL_NAMESPACE } from '../tracking.ts';
import { chartOptions } from './bring-chart.ts';
import { buildEnvironment } from './build-environment.ts';
import { capabilitiesOf } from './destination.ts';
import { type GitRequest, type GitSources, type OpenedGit, RECONCILE_MS } from './git-source.ts';
import type { LoadOptions } from './load.ts';
import { ociFiles, resolveOci } from './oci-source.ts';
import { RENDER_MS, type RenderContext, type Rendered, type RenderSettings } from './render-context.ts';
import { renderHelm } from './render-helm.ts';
import { renderKustomize } from './render-kustomize.ts';
import type { RenderedCache } from './rendered-cache.ts';
import { type AccessContext, type CredentialsFor, chartRepositoryOf } from './source-access.ts';
import { withOverrides } from './source-overrides.ts';
import type { SourceSpec } from './spec.ts';
import { cleanPath, trackedReader } from './tracked-reader.ts';

const module = new URL('./render-source-worker.ts', import.meta.url);
const KEPT = 2_000;
/** YAML this small is read at once; more holds up the one thread. */
const SMALL_CHARACTERS = 64 * 1024;

/** What was rendered, and what else than its key it depends on. */
export interface Kept extends Rendered {
  /** What was read beside the source's own folder, with what stood there. */
  reads: { read: string; state: string | undefined }[];
  /** Digest of what the destination could do, when that was asked for. */
  destination?: string;
}

export interface LoadState {
  ports: Ports;
  git: GitSources;
  charts: ChartCache;
  credentialsFor: CredentialsFor | undefined;
  settings: () => RenderSettings;
  chartRepositories: RenderContext['chartRepositories'];
  rendered: RenderedCache<Kept>;
  /** Digests of versions that were fetched. */
  digests: Map<string, string>;
  /** Versions that ranges meant a moment ago. */
  versions: Map<string, { version: string; until: number }>;
}

type Options = LoadOptions & { references: Map<string, OpenedGit> };

/** Renders one source; `resolved` is told its revision as soon as that is known. */
export async function loadSource(
  state: LoadState,
  source: SourceSpec,
  options: Options,
  resolved: (revision: string) => void,
): Promise<Rendered> {
  if (source.chart !== '') return loadChartSource(state, source, options, resolved);
  if (source.repoURL.startsWith('oci://')) return loadOciSource(state, source, options, resolved);
  const request = requestOf(source, options);
  const revision = await state.git.resolve(request);
  resolved(revision);
  if (source.path === '' && source.ref !== '') return { type: 'Directory', manifests: [] };
  const opened = await state.git.open(request, revision);
  return loadGitSource(state, { source, opened, tree: await folderId(opened, source.path), options });
}

/** Equal ids are equal files. @throws Error in Argo CD's words when there is no such folder */
async function folderId(opened: OpenedGit, path: string): Promise<string> {
  const tree = await opened.treeId(path);
  if (tree) return tree;
  // A folder behind a link has no id of its own.
  if (await opened.reader.followed().list(path)) return `commit ${opened.revision}`;
  const found = (await opened.objectId(path)) !== undefined;
  throw new Error(
    `${path}: ${found ? 'app path is not a directory' : 'app path does not exist'}; check spec.source.path`,
  );
}

interface GitFolder {
  source: SourceSpec;
  opened: OpenedGit;
  tree: string;
  options: Options;
}

async function loadGitSource(
  state: LoadState,
  { source, opened, tree, options }: GitFolder,
): Promise<Rendered> {
  const context = contextOf(state, source, opened.revision, options);
  const key = keyOf(context, [tree, revisionUse(source, opened)]);
  const known = options.anew ? undefined : state.rendered.get(key);
  if (known && (await isCurrent(known, context, opened))) return known;
  return keep(state, key, context, async asked => {
    const { reader, reads } = trackedReader(opened.reader, { folders: source.directory === undefined });
    const merged = await withOverrides(source, reader, asked.environment.ARGOCD_APP_NAME ?? '');
    const rendered = await renderFolder({ ...asked, source: merged }, { reader, tree: opened.tree });
    const inside = `${cleanPath(source.path)}/`;
    const outside = [...(rendered.reads ?? reads)].filter(read => !`${read.slice(5)}/`.startsWith(inside));
    const states = outside.map(async read => ({ read, state: await opened.readState(read) }));
    return { ...rendered, reads: await Promise.all(states) };
  });
}

/** Renders, and notes whether the destination was asked for. */
async function keep(
  state: LoadState,
  key: string,
  context: RenderContext,
  render: (context: RenderContext) => Promise<Omit<Kept, 'destination'>>,
): Promise<Rendered> {
  let destination: string | undefined;
  const rendered = await render({
    ...context,
    capabilities: async () => {
      const found = await context.capabilities();
      destination = found.digest;
      return found;
    },
  });
  const kept: Kept = { ...rendered, ...(destination === undefined ? {} : { destination }) };
  state.rendered.set(key, kept);
  return kept;
}

async function isCurrent(
  { reads, destination }: Kept,
  context: RenderContext,
  opened?: OpenedGit,
): Promise<boolean> {
  if (destination !== undefined && (await context.capabilities()).digest !== destination) return false;
  if (!opened) return true;
  const states = await Promise.all(reads.map(({ read }) => opened.readState(read)));
  return reads.every(({ state }, index) => states[index] === state);
}

/** A commit is a part of the key only where its name can end up in manifests. */
function revisionUse(source: SourceSpec, { revision }: OpenedGit): string {
  return JSON.stringify(source.raw).includes('ARGOCD_APP_REVISION') ? revision : '';
}

interface Folder {
  reader: SourceReader;
  /** What a thread reads instead of the reader. */
  tree: SourceTree | ChartFile[];
}

async function renderFolder(
  context: RenderContext,
  { reader, tree }: Folder,
): Promise<Rendered & { reads?: string[] }> {
  const { source, settings } = context;
  const type = explicitType(source) ?? (await sourceTypeOf(reader, source.path)).type;
  if (type === 'Directory' || settings.disabledSources.includes(type))
    return { type: 'Directory', manifests: await renderPlain(context, reader) };
  if (type === 'Kustomize') return { type, ...(await renderKustomize(tree, context)) };
  return { type, manifests: await renderHelm({ reader, path: source.path }, context) };
}

function explicitType({ helm, kustomize, directory }: SourceSpec): SourceType | undefined {
  if (helm) return 'Helm';
  if (kustomize) return 'Kustomize';
  return directory ? 'Directory' : undefined;
}

async function renderPlain({ source, ports }: RenderContext, reader: SourceReader): Promise<Manifest[]> {
  const {
    recurse = false,
    include = '',
    exclude = '',
    disableExtensionFilter = false,
  } = source.directory ?? {};
  const { path } = source;
  const options = { reader, path, recurse, include, exclude, everyName: disableExtensionFilter };
  const files = (await readPlainFiles({ ...options, links: 'skip' })) ?? [];
  const size = files.reduce((sum, { text }) => sum + text.length, 0);
  if (size <= SMALL_CHARACTERS) return plainObjects(files);
  return ports.pool.run({ module, task: 'renderPlainTask', input: { files }, timeoutMs: RENDER_MS });
}

async function loadChartSource(
  state: LoadState,
  source: SourceSpec,
  options: Options,
  resolved: (revision: string) => void,
): Promise<Rendered> {
  const { signal } = options;
  const access = accessOf(state, options);
  const repository = await chartRepositoryOf(source.repoURL, source.helm?.passCredentials ?? false, access);
  const wanted = { repository, chart: source.chart };
  const version = await versionOf(state, source, options, () =>
    resolveChart(wanted, source.targetRevision, chartOptions(state.ports, signal)),
  );
  resolved(version);
  const reference = JSON.stringify([access.project, source.repoURL, source.chart, version]);
  const context = contextOf(state, source, version, options);
  const fetched = options.anew ? undefined : state.digests.get(reference);
  const known = fetched === undefined ? undefined : state.rendered.get(keyOf(context, [fetched]));
  if (known && (await isCurrent(known, context))) return known;
  const { bytes, digest } = await fetchChart(wanted, version, {
    ...chartOptions(state.ports, signal),
    cache: state.charts,
    fresh: options.anew === true,
  });
  remember(state.digests, reference, digest);
  return keep(state, keyOf(context, [digest]), context, async asked => {
    const reader = archiveReader(bytes);
    const merged = await withOverrides(source, reader, asked.environment.ARGOCD_APP_NAME ?? '');
    const chart = { reader, path: '', archive: bytes };
    return { type: 'Helm', manifests: await renderHelm(chart, { ...asked, source: merged }), reads: [] };
  });
}

async function loadOciSource(
  state: LoadState,
  source: SourceSpec,
  options: Options,
  resolved: (revision: string) => void,
): Promise<Rendered> {
  const { signal } = options;
  const access = accessOf(state, options);
  const digest = await versionOf(state, source, options, () =>
    resolveOci(source.repoURL, source.targetRevision, access, signal),
  );
  resolved(digest);
  const context = contextOf(state, source, digest, options);
  const key = keyOf(context, [digest]);
  const known = options.anew ? undefined : state.rendered.get(key);
  if (known && (await isCurrent(known, context))) return known;
  return keep(state, key, context, async asked => {
    const { files, reader } = await ociFiles(source.repoURL, digest, { access, cache: state.charts, signal });
    if (!(await reader.list(source.path || '.')))
      throw new Error(`${source.path}: app path does not exist; check spec.source.path`);
    const merged = await withOverrides(source, reader, asked.environment.ARGOCD_APP_NAME ?? '');
    const rendered = await renderFolder({ ...asked, source: merged }, { reader, tree: files });
    return { ...rendered, reads: [] };
  });
}

async function versionOf(
  { ports, versions }: LoadState,
  { repoURL, chart, targetRevision }: SourceSpec,
  { application, fresh, signal }: Options,
  ask: () => Promise<string>,
): Promise<string> {
  const key = JSON.stringify([application.project, repoURL, chart, targetRevision]);
  const kept = versions.get(key);
  if (kept && !fresh && kept.until > ports.clock.now()) return kept.version;
  const version = await ask();
  signal.throwIfAborted();
  remember(versions, key, { version, until: ports.clock.now() + RECONCILE_MS });
  return version;
}

/** The sources that value files of this one name by their `ref`. @throws Error in Argo CD's words */
export async function referredSources(
  state: LoadState,
  source: SourceSpec,
  sources: SourceSpec[],
  options: LoadOptions,
): Promise<Map<string, OpenedGit>> {
  const opened = new Map<string, OpenedGit>();
  const files = [
    ...(source.helm?.valueFiles ?? []),
    ...(source.helm?.fileParameters ?? []).map(each => each.path),
  ];
  const names = files.flatMap(file => /^\$([^/]+)/.exec(file)?.[1] ?? []);
  if (sources.length < 2) return opened;
  const named = sources.filter(each => each.ref !== '');
  for (const name of new Set(names)) {
    const found = named.find(({ ref }) => ref === name);
    if (!found && named.length === 0)
      throw new Error(`source referenced "$${name}", but no source has a 'ref' field defined`);
    if (!found)
      throw new Error(
        `source referenced "$${name}", which is not one of the available sources (${named.map(({ ref }) => `$${ref}`).join(', ')})`,
      );
    const request = requestOf(found, options);
    opened.set(name, await state.git.open(request, await state.git.resolve(request)));
  }
  return opened;
}

function requestOf({ repoURL, targetRevision, tagPrefix }: SourceSpec, options: LoadOptions): GitRequest {
  const { known, fresh, signal, application } = options;
  return { repoURL, targetRevision, tagPrefix, project: application.project, known, fresh, signal };
}

function accessOf({ ports, credentialsFor }: LoadState, { application }: LoadOptions): AccessContext {
  return { ports, credentialsFor, project: application.project };
}

function contextOf(state: LoadState, source: SourceSpec, revision: string, options: Options): RenderContext {
  const { application, references, known, fresh, signal } = options;
  const { name, namespace, project, destinationNamespace } = application;
  const { repoURL, path, targetRevision } = source;
  return {
    ports: state.ports,
    git: state.git,
    charts: state.charts,
    access: accessOf(state, options),
    settings: state.settings(),
    chartRepositories: state.chartRepositories,
    request: { project, known, fresh, signal },
    source,
    environment: buildEnvironment({
      instance: namespace === CONTROL_NAMESPACE ? name : `${namespace}_${name}`,
      destinationNamespace,
      project,
      revision,
      repoURL,
      path,
      targetRevision,
    }),
    release: { name, namespace: destinationNamespace },
    capabilities: () => capabilitiesOf(application.destination, state.ports.clock),
    references,
  };
}

/** What manifests depend on beside the files of `parts`: equal keys, equal manifests. */
function keyOf(context: RenderContext, parts: string[]): string {
  const { source, environment, references, release, settings } = context;
  const { ARGOCD_APP_NAME, ARGOCD_APP_NAMESPACE, ARGOCD_APP_PROJECT_NAME } = environment;
  const isPlain = source.directory !== undefined;
  const referred = [...references].map(([name, { revision }]) => `${name} ${revision}`);
  const texts = [
    ...parts,
    ...referred,
    JSON.stringify(source.raw),
    ...(isPlain ? [] : [ARGOCD_APP_NAME, ARGOCD_APP_NAMESPACE, ARGOCD_APP_PROJECT_NAME, release.name]),
    ...(isPlain ? [] : [settings.kustomizeBuildOptions, settings.disabledSources.join()]),
  ];
  return sha256(texts.join('\n'));
}

function remember<T>(cache: Map<string, T>, key: string, value: T): void {
  cache.delete(key);
  cache.set(key, value);
  const [oldest] = cache.keys();
  if (cache.size > KEPT && oldest !== undefined) cache.delete(oldest);
}
