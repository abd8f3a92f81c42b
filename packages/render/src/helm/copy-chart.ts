import type { Chart } from './chart.ts';
import { copyMetadata, setDependencies } from './dependencies/process-dependencies.ts';

/** A chart that can be changed without changing the one it came from; files and values are shared, not copied. */
export function copyChart(chart: Chart): Chart {
  const copy: Chart = { ...chart, metadata: copyMetadata(chart.metadata), parent: undefined };
  setDependencies(copy, chart.dependencies.map(copyChart));
  return copy;
}
