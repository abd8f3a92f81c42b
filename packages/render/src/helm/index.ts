// load: files to a chart; values and dependencies: what is given on top; schema: what is allowed; render: templates; manifests: their documents in order. render-chart is all of it, render-chart-in-pool the same in a thread.

export type { Chart, ChartFile, ValueMap } from './chart.ts';
export { ChartError } from './chart-error.ts';
export { missingDependencies } from './check-chart.ts';
export { archiveFiles } from './load/archive-files.ts';
export { archiveReader } from './load/archive-reader.ts';
export { isCompatibleRange } from './load/compatible.ts';
export { folderReader } from './load/folder-reader.ts';
export { loadChart, loadChartArchive, loadChartFiles } from './load/load-chart.ts';
export { readChartFiles } from './load/read-chart-files.ts';
export { tarEntries } from './load/tar.ts';
export { sortByKind, UNINSTALL_ORDER } from './manifests/install-order.ts';
export type { Hook, HookEvent, RenderedManifest } from './manifests/manifest.ts';
export { renderChart } from './render-chart.ts';
export { type PooledRender, renderChartInPool } from './render-chart-in-pool.ts';
export type { LookupKey, RenderTaskInput, RenderTaskResult } from './render-chart-task.ts';
export type {
  CapabilityOptions,
  ReleaseOptions,
  RenderedChart,
  RenderedCrd,
  RenderLimits,
  RenderOptions,
  ValueSources,
} from './render-options.ts';
export { coalesceValues } from './values/coalesce.ts';
export { mergeValues, pathsOfSetFile } from './values/merge-values.ts';
