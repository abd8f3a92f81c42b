import {
  loadChartArchive,
  loadChartFiles,
  type Manifest,
  manifestsOfText,
  type PlainFile,
  plainObjects,
  type RenderTaskInput,
  renderChart,
} from '@slipway/render';

export type HelmTask = Omit<RenderTaskInput, 'lookups' | 'wantsChart'>;

/** Objects of a chart in the order `helm template` prints them: custom resource definitions, manifests, hooks. */
export function renderHelmTask({ chart, ...options }: HelmTask): Manifest[] {
  const loaded = chart instanceof Uint8Array ? loadChartArchive(chart) : loadChartFiles(chart);
  const { crds, manifests, hooks } = renderChart({ ...options, chart: loaded });
  const shown = hooks.filter(({ events }) => !(options.skipTests && events.includes('test')));
  const documents = [...(options.includeCrds ? crds : []), ...manifests, ...shown];
  return documents.flatMap(({ source, content }) => manifestsOfText(content, source));
}

export function renderPlainTask({ files }: { files: PlainFile[] }): Manifest[] {
  return plainObjects(files);
}
