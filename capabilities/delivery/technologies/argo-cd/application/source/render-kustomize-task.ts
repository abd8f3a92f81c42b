import {
  archiveReader,
  buildKustomization,
  type ChartFile,
  folderReader,
  type HelmInflation,
  type KustomizeInput,
  loadChart,
  loadChartArchive,
  type Manifest,
  parseYaml,
  type RemoteRepository,
  renderChart,
  type SourceReader,
  stringifyYaml,
} from '@slipway/render';
import { type SourceTree, type TreeReader, treeReader } from '@slipway/sources';
import type { BuildEnvironment } from './build-environment.ts';
import { editKustomization } from './kustomize-edits.ts';
import type { KustomizeOptions } from './spec.ts';
import { cleanPath, type TrackedReader, trackedReader } from './tracked-reader.ts';

/** Something elsewhere that a kustomization names: brought by who has credentials, then the build begins anew. */
export type Need =
  | { kind: 'repository'; remote: RemoteRepository }
  | { kind: 'file'; url: string }
  | { kind: 'chart'; name: string; version: string; repo: string };

export interface KustomizeTask {
  /** A revision of a repository, or the files of an archive. */
  tree: SourceTree | ChartFile[];
  path: string;
  /** What `spec.source.kustomize` changes. */
  edits?: KustomizeOptions;
  environment: BuildEnvironment;
  options: NonNullable<KustomizeInput['options']>;
  /** What was brought for earlier needs, by `needKey(…)`. */
  repositories: Map<string, SourceTree>;
  files: Map<string, { status: number; body: Uint8Array }>;
  charts: Map<string, Uint8Array>;
}

export interface KustomizeTaskResult {
  /** When anything stands here there are no manifests. */
  needs: Need[];
  manifests: Manifest[];
  /** Paths of the tree that the result came from; a missing one counts by the folder it would be in. */
  reads: string[];
}

export function needKey(need: Need): string {
  if (need.kind === 'file') return need.url;
  if (need.kind === 'chart') return JSON.stringify([need.repo, need.name, need.version]);
  return JSON.stringify([need.remote.url, need.remote.ref ?? '', need.remote.submodules]);
}

const NAMES = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];

/** Builds the kustomization of a folder within a thread, or says what it needs first. */
export async function renderKustomizeTask(task: KustomizeTask): Promise<KustomizeTaskResult> {
  const needs: Need[] = [];
  const opened: TreeReader[] = [];
  const open = (tree: SourceTree): TreeReader => {
    const reader = treeReader(tree);
    opened.push(reader);
    return reader;
  };
  const missing = (need: Need): never => {
    needs.push(need);
    throw new Error(`${needKey(need)} is fetched first`);
  };
  try {
    const { reader, reads } = sourceOf(task, open);
    const result = await buildKustomization({
      reader: task.edits ? await edited(reader, task, task.edits) : reader,
      path: task.path,
      options: task.options,
      fetch: {
        repository: async remote => {
          const tree = task.repositories.get(needKey({ kind: 'repository', remote }));
          return tree ? open(tree).followed({ folders: true }) : missing({ kind: 'repository', remote });
        },
        file: async url => task.files.get(url) ?? missing({ kind: 'file', url }),
      },
      helm: {
        render: async chart => (await inflate(chart, task, missing)).text,
        valuesOf: async chart => valuesOf(chart, task, missing),
      },
    });
    const manifests = result.objects.map((object, index) => ({
      object,
      file: `${task.path}/kustomization.yaml`,
      document: index + 1,
      line: 1,
    }));
    return { needs: [], manifests, reads: [...reads] };
  } catch (error) {
    if (needs.length > 0) return { needs, manifests: [], reads: [] };
    throw error;
  } finally {
    for (const reader of opened) reader.close();
  }
}

function sourceOf({ tree }: KustomizeTask, open: (tree: SourceTree) => TreeReader): TrackedReader {
  if (Array.isArray(tree)) return { reader: folderReader(tree), reads: new Set() };
  return trackedReader(open(tree), { folders: true });
}

/** The same files, the folder's kustomization changed. */
async function edited(
  reader: SourceReader,
  { path, environment }: KustomizeTask,
  edits: KustomizeOptions,
): Promise<SourceReader> {
  const folder = path === '.' || path === '' ? '' : `${path}/`;
  const components = edits.ignoreMissingComponents
    ? await existing(reader, folder, edits.components)
    : edits.components;
  for (const name of NAMES) {
    const file = `${folder}${name}`;
    const data = await reader.read(file);
    if (!data) continue;
    const value = (parseYaml(new TextDecoder().decode(data), file)[0]?.value ?? {}) as Record<
      string,
      unknown
    >;
    const text = stringifyYaml(editKustomization(value, { ...edits, components }, environment));
    const changed = new TextEncoder().encode(text);
    return {
      ...reader,
      read: async asked => (cleanPath(asked) === cleanPath(file) ? changed : reader.read(asked)),
    };
  }
  return reader;
}

async function existing(reader: SourceReader, folder: string, components: string[]): Promise<string[]> {
  const found = await Promise.all(
    components.map(async each => {
      const path = cleanPath(`${folder}${each}`);
      return (await reader.list(path)) !== undefined || (await reader.read(path)) !== undefined;
    }),
  );
  return components.filter((_, index) => found[index]);
}

type Missing = (need: Need) => never;

async function chartOf(
  chart: Pick<HelmInflation, 'local' | 'name' | 'version' | 'repo'>,
  task: KustomizeTask,
  missing: Missing,
) {
  if (chart.local) return loadChart(chart.local.reader, chart.local.path);
  return loadChartArchive(archiveOf(chart, task, missing));
}

function archiveOf(
  { name, version = '', repo = '' }: Pick<HelmInflation, 'name' | 'version' | 'repo'>,
  task: KustomizeTask,
  missing: Missing,
): Uint8Array {
  const need: Need = { kind: 'chart', name, version, repo };
  return task.charts.get(needKey(need)) ?? missing(need);
}

async function inflate(inflation: HelmInflation, task: KustomizeTask, missing: Missing) {
  const { releaseName, nameTemplate, namespace, values, apiVersions, kubeVersion } = inflation;
  return renderChart({
    chart: await chartOf(inflation, task, missing),
    values: { files: values.map((text, index) => ({ name: `values ${index + 1}`, text })) },
    release: { name: releaseName ?? nameTemplate ?? 'release-name', namespace: namespace ?? 'default' },
    capabilities: { apiVersions, ...(kubeVersion ? { kubeVersion } : {}) },
    includeCrds: inflation.includeCRDs,
    noHooks: inflation.skipHooks,
    skipTests: inflation.skipTests,
  });
}

async function valuesOf(
  chart: Pick<HelmInflation, 'local' | 'name' | 'version' | 'repo'>,
  task: KustomizeTask,
  missing: Missing,
): Promise<string | undefined> {
  const [reader, folder] = chart.local
    ? [chart.local.reader, `${chart.local.path}/`]
    : [archiveReader(archiveOf(chart, task, missing)), ''];
  const data = await reader.read(`${folder}values.yaml`);
  return data && new TextDecoder().decode(data);
}
