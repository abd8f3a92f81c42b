import { SlipwayError } from '@slipway/api';
import {
  type ChartFile,
  type Manifest,
  readChartFiles,
  type SourceReader,
  type ValueSources,
} from '@slipway/render';
import { fetchHttp, shownUrl } from '@slipway/sources';
import { bringChart } from './bring-chart.ts';
import { substitute } from './build-environment.ts';
import { withDependencies } from './chart-dependencies.ts';
import { RENDER_MS, type RenderContext } from './render-context.ts';
import type { HelmTask } from './render-source-task.ts';
import { chartRepositoryOf, refuseForeign } from './source-access.ts';
import type { HelmOptions } from './spec.ts';
import { readValueFiles } from './value-files.ts';

const module = new URL('./render-source-worker.ts', import.meta.url);
const VALUE_FILE_BYTES = 10 * 1024 * 1024;

export interface ChartSource {
  /** The chart's folder in `reader`. */
  path: string;
  reader: SourceReader;
  /** Packed, when it came from a chart repository. */
  archive?: Uint8Array;
}

/**
 * Objects of a chart as Argo CD renders it with `helm template`.
 * @throws Error in Helm's and Argo CD's words
 */
export async function renderHelm(chart: ChartSource, context: RenderContext): Promise<Manifest[]> {
  const input = await helmTask(chart, context);
  const run = (task: HelmTask) =>
    context.ports.pool.run<Manifest[]>({ module, task: 'renderHelmTask', input: task, timeoutMs: RENDER_MS });
  try {
    return await run(input).catch(async error => {
      if (!isMissingDependency(error) || chart.archive) throw error;
      return run({ ...input, chart: await completed(chart, input.chart as ChartFile[], context) });
    });
  } catch (error) {
    throw worded(error);
  }
}

async function helmTask(chart: ChartSource, context: RenderContext): Promise<HelmTask> {
  const { source, release, environment } = context;
  const helm = source.helm;
  const { kubeVersion, apiVersions } = await context.capabilities();
  return {
    chart: chart.archive ?? (await readChartFiles(chart.reader, chart.path || '.')),
    values: helm ? await valuesOf(helm, chart, context) : {},
    release: {
      name: helm?.releaseName || release.name,
      namespace: helm?.namespace || release.namespace,
    },
    capabilities: {
      kubeVersion: substitute(helm?.kubeVersion || plainVersion(kubeVersion), environment),
      apiVersions: helm && helm.apiVersions.length > 0 ? helm.apiVersions : apiVersions,
    },
    includeCrds: !helm?.skipCrds,
    skipTests: helm?.skipTests ?? false,
    skipSchemaValidation: helm?.skipSchemaValidation ?? false,
  };
}

/** Without what vendors add (`v1.31.2-gke.1+x`): Argo CD gives helm numbers only. */
export function plainVersion(version: string): string {
  return /^v?(\d+(?:\.\d+)*)/.exec(version)?.[1] ?? version;
}

/** Files, then `values` or `valuesObject`, then parameters, then files as parameters: each overrides those before. */
async function valuesOf(
  helm: HelmOptions,
  chart: ChartSource,
  context: RenderContext,
): Promise<ValueSources> {
  const { environment } = context;
  const files = await filesOf(helm.valueFiles, helm.ignoreMissingValueFiles, chart, context);
  const inline = helm.valuesObject ? JSON.stringify(helm.valuesObject) : helm.values;
  const set: string[] = [];
  const setString: string[] = [];
  for (const { name, value, forceString } of helm.parameters)
    (forceString ? setString : set).push(`${name}=${cleanParameter(substitute(value, environment))}`);
  const setFile: string[] = [];
  const fileTexts: Record<string, string> = {};
  for (const [index, { name, path }] of helm.fileParameters.entries()) {
    const [file] = await filesOf([path], false, chart, context);
    const key = `file-${index}`;
    setFile.push(`${name}=${key}`);
    fileTexts[key] = file?.text ?? '';
  }
  return {
    files: [...files, ...(inline === '' ? [] : [{ name: 'values', text: inline }])],
    set,
    setString,
    setFile,
    fileTexts,
  };
}

/** A comma is a part of the value, unless the value is a list (`{a,b}`), as Argo CD escapes it. */
export function cleanParameter(value: string): string {
  if (value.startsWith('{') && value.endsWith('}')) return value;
  return value.replace(/(?<!\\),/g, '\\,');
}

function filesOf(files: string[], ignoreMissing: boolean, chart: ChartSource, context: RenderContext) {
  const references = new Map(
    [...context.references].map(([name, opened]) => [name, { reader: opened.reader.followed() }]),
  );
  return readValueFiles({
    files,
    ignoreMissing,
    reader: chart.reader,
    path: chart.path,
    environment: context.environment,
    references,
    schemes: context.settings.helmValuesFileSchemes,
    fetch: url => fetchValues(url, context),
  });
}

async function fetchValues(url: string, { access, request, source }: RenderContext): Promise<Uint8Array> {
  refuseForeign(url, source.repoURL);
  const repository = await chartRepositoryOf(url, false, access);
  const { status, body } = await fetchHttp(url, {
    access: repository.access,
    maxBytes: VALUE_FILE_BYTES,
    signal: request.signal,
  });
  if (status === 200) return body;
  throw new SlipwayError(
    'ValuesMissing',
    `failed to fetch ${shownUrl(url)}: status ${status}; check the URL`,
  );
}

/** The chart's files with the dependencies it lacks. */
async function completed(
  chart: ChartSource,
  files: ChartFile[],
  context: RenderContext,
): Promise<ChartFile[]> {
  return withDependencies({
    files,
    reader: chart.reader,
    path: chart.path,
    fetch: ({ name, version, repository }) =>
      bringChart({ url: addressOf(repository, context), name, version }, context),
  });
}

/** `@name` and `alias:name` are chart repositories that Secrets name. */
function addressOf(repository: string, { chartRepositories }: RenderContext): string {
  const alias = /^(?:@|alias:)(.+)$/.exec(repository)?.[1];
  if (alias === undefined) return repository;
  const found = chartRepositories().find(({ name }) => name === alias);
  if (found) return found.url;
  throw new SlipwayError(
    'DependencyInvalid',
    `error building helm chart dependencies: repository ${JSON.stringify(repository)} is not known; give it a Secret labelled argocd.argoproj.io/secret-type: repository with type helm and name ${alias}`,
  );
}

function isMissingDependency(error: unknown): boolean {
  return (error as { code?: string }).code === 'DependencyMissing';
}

/** Helm's own words after Argo CD's. */
function worded(error: unknown): Error {
  const { code = '', message } = error as SlipwayError;
  const said = /^(error|failed|chart)/.test(message) && !CHART_CODES.includes(code);
  return new SlipwayError(
    code || 'RenderFailed',
    said ? message : `failed to execute helm template command: Error: ${message}`,
  );
}

const CHART_CODES = [
  'ChartInvalid',
  'ValuesInvalid',
  'SchemaInvalid',
  'TemplateInvalid',
  'DependencyMissing',
];
