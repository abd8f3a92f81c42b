import type { Chart, ChartDependency, ChartValue, ValueMap } from '../chart.ts';
import { coalesceTables, mergeChartValues, type Warn } from '../values/coalesce.ts';
import { formatValue } from '../values/format-value.ts';
import { copyTable, isTable, table, tableAt } from '../values/tables.ts';

/**
 * `import-values`: a chart takes parts of its subcharts' values as its own; subcharts first. Nulls stay, for values are
 * coalesced once more afterwards.
 */
export function importValues(chart: Chart, warn: Warn): void {
  for (const subchart of chart.dependencies) importValues(subchart, warn);
  const { dependencies } = chart.metadata;
  if (!dependencies) return;
  const values = mergeChartValues(chart, table(), warn);
  let imported = table();
  for (const dependency of dependencies) {
    const normalized: ChartValue[] = [];
    for (const asked of dependency.importValues) {
      const pair = importPair(asked);
      if (!pair) continue;
      normalized.push(
        table([
          ['child', pair.child],
          ['parent', pair.parent],
        ]),
      );
      const part = tableAt(values, `${dependency.name}.${pair.child}`);
      if (!part) {
        warn(missing(dependency, pair.child, values, typeof asked === 'string'));
        continue;
      }
      const placed = pair.parent === '.' ? part : nested(pair.parent, part);
      imported = coalesceTables(imported, placed, '', { warn, merge: true });
    }
    dependency.importValues = normalized;
  }
  chart.values = coalesceTables(copyTable(values), imported, '', { warn, merge: true });
}

/** `data` takes what the subchart has below `exports.data`; the long form names both places. */
function importPair(asked: ChartValue): { child: string; parent: string } | undefined {
  if (typeof asked === 'string') return { child: `exports.${asked}`, parent: '.' };
  if (!isTable(asked)) return undefined;
  return {
    child: formatValue('%v', asked.child ?? null),
    parent: formatValue('%v', asked.parent ?? null),
  };
}

function nested(path: string, value: ValueMap): ValueMap {
  return path.split('.').reduceRight<ValueMap>((inner, name) => table([[name, inner]]), value);
}

function missing({ name }: ChartDependency, child: string, values: ValueMap, isShort: boolean): string {
  let at: ChartValue | undefined = values;
  const parts = `${name}.${child}`.split('.');
  const lost = parts.find(part => {
    at = isTable(at) ? at[part] : undefined;
    return !isTable(at);
  });
  const error = `error="${JSON.stringify(lost).slice(1, -1)} is not a table"`;
  return isShort
    ? `ImportValues missing table ${error}`
    : `ImportValues missing table from chart chart=${name} ${error}`;
}
