import { fromBytes } from '../../go-template/go-string.ts';
import type { SourceReader } from '../../source-reader.ts';
import { readYaml } from '../../yaml/read-yaml.ts';
import type { Chart, ChartFile, ChartMetadata } from '../chart.ts';
import { ChartError } from '../chart-error.ts';
import { archiveFiles, CHART_LIMITS, type ChartLimits } from './archive-files.ts';
import { isVersion } from './compatible.ts';
import { loadValues } from './load-values.ts';
import { checkMetadata, emptyMetadata, readLock, readMetadata } from './metadata.ts';
import { readChartFiles } from './read-chart-files.ts';

/** A chart, and what Helm would say on standard error about it. */
export interface LoadOptions {
  limits?: Partial<ChartLimits>;
  warn?: (message: string) => void;
}

/**
 * The chart in a folder, with what lies in its `charts/`.
 * @throws ChartError ChartInvalid, ChartLimit, LinkUnsupported, Archive…
 */
export async function loadChart(
  reader: SourceReader,
  path: string,
  options: LoadOptions = {},
): Promise<Chart> {
  return loadChartFiles(await readChartFiles(reader, path, options.limits), options);
}

/** A packed chart. `.helmignore` plays no part in it. */
export function loadChartArchive(archive: Uint8Array, options: LoadOptions = {}): Chart {
  return loadChartFiles(archiveFiles(archive, options.limits), options);
}

/** @throws ChartError ChartInvalid, ChartLimit, Archive… */
export function loadChartFiles(files: ChartFile[], options: LoadOptions = {}): Chart {
  const chartFile = files.find(({ name }) => name === 'Chart.yaml');
  if (chartFile) checkVersion(textOf(chartFile));
  return load(files, { ...options, depth: 0 });
}

interface Loading extends LoadOptions {
  depth: number;
}

/** Charts of Helm 4's own new format are behind a gate there. */
function checkVersion(text: string): void {
  const { apiVersion } = decoding('cannot load Chart.yaml', () => readMetadata(readYaml(text)));
  if (!['', 'v1', 'v2'].includes(apiVersion))
    throw new ChartError('ChartInvalid', 'Chart.yaml', 'unsupported chart version');
}

function load(files: ChartFile[], loading: Loading): Chart {
  const most = loading.limits?.depth ?? CHART_LIMITS.depth;
  if (loading.depth > most)
    throw new ChartError('ChartLimit', 'charts', `charts lie more than ${most} deep within one another`);
  const chart = emptyChart();
  let metadata: ChartMetadata | undefined;
  for (const file of files) {
    if (file.name !== 'Chart.yaml') continue;
    metadata = decoding('cannot load Chart.yaml', () => readMetadata(readYaml(textOf(file)), metadata));
    if (metadata.apiVersion === '') metadata.apiVersion = 'v1';
  }
  const state: State = { chart, metadata, subcharts: new Map(), loading };
  for (const file of files) place(file, state);
  if (!state.metadata) throw new ChartError('ChartInvalid', 'Chart.yaml', 'Chart.yaml file is missing');
  chart.metadata = state.metadata;
  checkMetadata(chart.metadata, isVersion);
  for (const [name, parts] of [...state.subcharts].sort(([a], [b]) => (a < b ? -1 : 1)))
    addSubchart(chart, name, parts, loading);
  return chart;
}

function emptyChart(): Chart {
  return {
    metadata: emptyMetadata(),
    lock: undefined,
    values: undefined,
    schema: undefined,
    templates: [],
    files: [],
    parent: undefined,
    dependencies: [],
  };
}

interface State {
  chart: Chart;
  metadata: ChartMetadata | undefined;
  subcharts: Map<string, ChartFile[]>;
  loading: Loading;
}

/** Puts one file where Helm's loader does. */
function place(file: ChartFile, state: State): void {
  const { chart } = state;
  const { name, data } = file;
  switch (name) {
    case 'Chart.yaml':
      return;
    case 'values.yaml':
      chart.values = decoding('cannot load values.yaml', () => loadValues(fromBytes(data)));
      return;
    case 'values.schema.json':
      chart.schema = data;
      return;
    case 'Chart.lock':
      chart.lock = decoding('cannot load Chart.lock', () => readLock(readYaml(fromBytes(data))));
      return;
    case 'requirements.yaml':
    case 'requirements.lock':
      placeOldDependencies(file, state);
      return;
  }
  if (name.startsWith('templates/')) chart.templates.push(file);
  const isInner = name.startsWith('charts/') && !name.endsWith('.prov');
  if (!name.startsWith('templates/') && !isInner) chart.files.push(file);
  if (isInner) keepForSubchart(file, state.subcharts);
}

/** Before Chart.yaml had dependencies, they stood in files of their own. */
function placeOldDependencies(file: ChartFile, state: State): void {
  const metadata = state.metadata ?? emptyMetadata();
  state.metadata = metadata;
  const isLock = file.name === 'requirements.lock';
  const read = () => readYaml(textOf(file));
  if (isLock) state.chart.lock = decoding('cannot load requirements.lock', () => readLock(read()));
  if (metadata.apiVersion !== 'v1') state.loading.warn?.(isLock ? OLD_LOCK : OLD_DEPENDENCIES);
  if (!isLock)
    state.metadata = decoding('cannot load requirements.yaml', () => readMetadata(read(), metadata));
  if (state.metadata.apiVersion === 'v1') state.chart.files.push(file);
}

const OLD_DEPENDENCIES =
  'Warning: Dependencies are handled in Chart.yaml since apiVersion "v2". We recommend migrating dependencies to Chart.yaml.';
const OLD_LOCK =
  'Warning: Dependency locking is handled in Chart.lock since apiVersion "v2". We recommend migrating to Chart.lock.';

function keepForSubchart({ name, data }: ChartFile, subcharts: Map<string, ChartFile[]>): void {
  const inner = name.slice('charts/'.length);
  const [folder = ''] = inner.split('/');
  const parts = subcharts.get(folder) ?? [];
  parts.push({ name: inner, data });
  subcharts.set(folder, parts);
}

function addSubchart(chart: Chart, name: string, files: ChartFile[], loading: Loading): void {
  if (name.startsWith('_') || name.startsWith('.')) return;
  const parent = chart.metadata.name;
  const deeper = { ...loading, depth: loading.depth + 1 };
  try {
    const subchart = load(subchartFiles(parent, name, files, loading), deeper);
    subchart.parent = chart;
    chart.dependencies.push(subchart);
  } catch (error) {
    if (!(error instanceof ChartError)) throw error;
    const message = `error unpacking subchart ${name} in ${parent}: ${error.message}`;
    throw new ChartError(error.code, `charts/${name}/${error.file}`, message);
  }
}

function subchartFiles(parent: string, name: string, files: ChartFile[], loading: Loading): ChartFile[] {
  if (!name.endsWith('.tgz'))
    return files.flatMap(({ name: path, data }) => {
      const [, ...rest] = path.split('/');
      return rest.length === 0 ? [] : [{ name: rest.join('/'), data }];
    });
  const [file] = files;
  if (!file || file.name !== name)
    throw new ChartError(
      'ChartInvalid',
      `charts/${name}`,
      `error unpacking subchart tar in ${parent}: expected ${name}, got ${file?.name}`,
    );
  return archiveFiles(file.data, loading.limits);
}

function textOf({ data }: ChartFile): string {
  return fromBytes(data);
}

/** Puts what was being done before the error of doing it. */
function decoding<T>(what: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof ChartError && error.code !== 'YamlInvalid') throw error;
    const file = what.replace('cannot load ', '');
    throw new ChartError('ChartInvalid', file, `${what}: ${(error as Error).message}`);
  }
}
