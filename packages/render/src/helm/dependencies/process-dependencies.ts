import type { Chart, ChartDependency, ChartMetadata, ChartValue, ValueMap } from '../chart.ts';
import { isCompatibleRange } from '../load/compatible.ts';
import { coalesceValues, type Warn } from '../values/coalesce.ts';
import { isTable, tableAt } from '../values/tables.ts';
import { importValues } from './import-values.ts';

/**
 * Works out which subcharts take part, under which names, and what they give their parents; the chart is changed.
 * Order and oddities are Helm's (`ProcessDependencies`).
 */
export function processDependencies(chart: Chart, values: ValueMap, warn: Warn): void {
  processEnabled(chart, values, '', warn);
  importValues(chart, warn);
}

function processEnabled(chart: Chart, values: ValueMap, path: string, warn: Warn): void {
  const { metadata } = chart;
  const requests = metadata.dependencies;
  if (!requests) return;
  const undeclared = chart.dependencies.filter(
    ({ metadata: { name, version } }) =>
      !requests.some(request => request.name === name && isCompatibleRange(request.version, version)),
  );
  const declared = requests.flatMap(request => {
    const found = requested(chart.dependencies, request);
    if (request.alias !== '') request.name = request.alias;
    return found ? [found] : [];
  });
  setDependencies(chart, [...undeclared, ...declared]);
  for (const request of requests) request.enabled = true;
  const coalesced = coalesceValues(chart, values, warn);
  processTags(requests, coalesced, warn);
  processConditions(requests, coalesced, path, warn);
  const removed = new Set(requests.filter(({ enabled }) => !enabled).map(({ name }) => name));
  const kept = chart.dependencies.filter(each => !removed.has(each.metadata.name));
  const keptRequests = requests.filter(({ name }) => !removed.has(name));
  for (const each of kept) processEnabled(each, coalesced, `${path}${each.metadata.name}.`, warn);
  metadata.dependencies = keptRequests.length > 0 ? keptRequests : undefined;
  setDependencies(chart, kept);
}

export function setDependencies(chart: Chart, dependencies: Chart[]): void {
  chart.dependencies = dependencies;
  for (const each of dependencies) each.parent = chart;
}

/** A copy of the chart that is asked for; what lies within it is copied one level deep, as in Helm. */
function requested(charts: Chart[], request: ChartDependency): Chart | undefined {
  for (const chart of charts) {
    if (chart.metadata.name !== request.name) continue;
    if (!isCompatibleRange(request.version, chart.metadata.version)) continue;
    const copy: Chart = { ...chart, metadata: copyMetadata(chart.metadata) };
    setDependencies(
      copy,
      chart.dependencies.map(each => ({ ...each })),
    );
    if (request.alias !== '') copy.metadata.name = request.alias;
    return copy;
  }
  return undefined;
}

export function copyMetadata(metadata: ChartMetadata): ChartMetadata {
  return { ...metadata, dependencies: metadata.dependencies?.map(each => ({ ...each })) };
}

/** One true tag turns a subchart on; without one, a false tag turns it off. */
function processTags(requests: ChartDependency[], values: ValueMap, warn: Warn): void {
  const { tags } = values;
  if (!isTable(tags)) return;
  for (const request of requests) {
    const found = new Set<boolean>();
    for (const tag of request.tags) {
      if (!(tag in tags)) continue;
      const value = tags[tag];
      if (typeof value === 'boolean') found.add(value);
      if (typeof value !== 'boolean') warn(`returned non-bool value tag=${tag} chart=${request.name}`);
    }
    request.enabled = found.has(true) || !found.has(false);
  }
}

/** The first of the paths that leads to a truth decides. */
function processConditions(requests: ChartDependency[], values: ValueMap, path: string, warn: Warn): void {
  for (const request of requests) {
    for (const condition of request.condition.trim().split(',')) {
      if (condition === '') continue;
      const value = valueAt(values, path + condition);
      if (value === undefined) continue;
      if (typeof value === 'boolean') {
        request.enabled = value;
        break;
      }
      warn(`returned non-bool value path=${condition} chart=${request.name}`);
    }
  }
}

/** Helm's `PathValue`: what is no map at the end of a path of maps. */
function valueAt(values: ValueMap, path: string): ChartValue | undefined {
  const parts = path.split('.');
  const key = parts.pop() ?? '';
  const at = parts.length === 0 ? values : tableAt(values, parts.join('.'));
  const value = at?.[key];
  return isTable(value) ? undefined : value;
}
