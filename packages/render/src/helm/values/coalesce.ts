import { quote } from '../../go-template/quote.ts';
import type { Chart, ChartValue, ValueMap } from '../chart.ts';
import { formatValue } from './format-value.ts';
import { copyTable, isTable, table } from './tables.ts';

/** What Helm logs while it goes on. */
export type Warn = (message: string) => void;

interface Coalescing {
  warn: Warn;
  /** Nulls are kept for a later coalescing, instead of deleting what they stand for. */
  merge: boolean;
}

/**
 * Values of a chart and its subcharts: what is given on top of the charts' own; null deletes a default. The result
 * shares nothing with its arguments.
 * @throws Error when a subchart's values are no map
 */
export function coalesceValues(chart: Chart, values: ValueMap, warn: Warn = ignore): ValueMap {
  return coalesce(chart, copyTable(values), '', { warn, merge: false });
}

/** The same, but nulls stay. */
export function mergeChartValues(chart: Chart, values: ValueMap, warn: Warn = ignore): ValueMap {
  return coalesce(chart, copyTable(values), '', { warn, merge: true });
}

const ignore: Warn = () => {};

function coalesce(chart: Chart, dest: ValueMap, prefix: string, how: Coalescing): ValueMap {
  coalesceOwn(chart, dest, prefix, how);
  for (const subchart of chart.dependencies) {
    const { name } = subchart.metadata;
    if (!(name in dest)) dest[name] = table();
    const values = dest[name] as ChartValue;
    if (!isTable(values)) throw new Error(`type mismatch on ${name}: ${formatValue('%t', values)}`);
    const inner = join(prefix, chart.metadata.name);
    coalesceGlobals(values, dest, inner, how.warn);
    dest[name] = coalesce(subchart, values, inner, how);
  }
  return dest;
}

function join(prefix: string, name: string): string {
  return prefix === '' ? name : `${prefix}.${name}`;
}

/** Brings globals of the parent to the subchart; where both have a map, the parent's entries win. */
function coalesceGlobals(dest: ValueMap, source: ValueMap, prefix: string, warn: Warn): void {
  const own = 'global' in dest ? dest.global : table();
  const given = 'global' in source ? source.global : table();
  if (!isTable(own) || !isTable(given)) {
    warn(
      `warning: skipping globals because ${isTable(own) ? 'source' : 'destination'} global is not a table.`,
    );
    return;
  }
  for (const key of Object.keys(given)) {
    const value = given[key] as ChartValue;
    const before = own[key];
    if (isTable(value)) {
      // Only the first level is copied, as in Helm: what is merged below is seen by the parent, too.
      const copy = Object.assign(table(), value);
      if (key in own && !isTable(before)) {
        warn(`Conflict: cannot merge map onto non-map for ${quote(key)}. Skipping.`);
        continue;
      }
      if (isTable(before)) coalesceTables(copy, before, join(prefix, key), { warn, merge: true });
      own[key] = copy;
      continue;
    }
    if (isTable(before)) {
      warn(`key ${key} is table. Skipping`);
      continue;
    }
    own[key] = value;
  }
  dest.global = own;
}

/** Puts a chart's own values below those given. */
function coalesceOwn(chart: Chart, dest: ValueMap, prefix: string, { warn, merge }: Coalescing): void {
  const place = join(prefix, chart.metadata.name);
  const defaults = copyTable(chart.values ?? {});
  for (const key of Object.keys(defaults)) {
    const standard = defaults[key] as ChartValue;
    if (!(key in dest)) {
      if (!merge && standard === null) continue;
      if (!merge && isTable(standard)) dropNulls(standard);
      dest[key] = standard;
      continue;
    }
    const given = dest[key] as ChartValue;
    if (given === null && !merge) {
      delete dest[key];
      continue;
    }
    if (!isTable(given)) continue;
    if (!isTable(standard)) {
      if (standard !== null) warn(`warning: skipped value for ${place}.${key}: Not a table.`);
      continue;
    }
    const keep = merge || chart.dependencies.some(({ metadata }) => metadata.name === key);
    if (!keep) dropNulls(standard);
    coalesceTables(given, standard, join(place, key), { warn, merge: keep });
  }
}

/**
 * Fills `dest` up from `source`; both are changed, as in Helm.
 * @returns `dest`
 */
export function coalesceTables(
  dest: ValueMap,
  source: ValueMap,
  prefix: string,
  { warn, merge }: Coalescing,
): ValueMap {
  const given = new Set(Object.keys(source).filter(key => source[key] !== null));
  for (const key of Object.keys(dest)) if (dest[key] === null) source[key] = null;
  for (const key of Object.keys(source)) {
    const value = source[key] as ChartValue;
    const place = join(prefix, key);
    const isKnown = key in dest;
    const before = dest[key];
    if (isKnown && !merge && before === null && given.has(key)) {
      delete dest[key];
      continue;
    }
    if (!isKnown) {
      dest[key] = value;
      continue;
    }
    if (!isTable(value)) {
      if (isTable(before) && value !== null)
        warn(
          `warning: destination for ${place} is a table. Ignoring non-table value (${formatValue('%v', value)})`,
        );
      continue;
    }
    if (isTable(before)) coalesceTables(before, value, place, { warn, merge });
    if (!isTable(before))
      warn(`warning: cannot overwrite table with non table for ${place} (${formatValue('%v', value)})`);
  }
  return dest;
}

function dropNulls(values: ValueMap): void {
  for (const key of Object.keys(values)) {
    const value = values[key] as ChartValue;
    if (value === null) delete values[key];
    if (isTable(value)) dropNulls(value);
  }
}
