/** Several measurements of one thing. */
export interface Series {
  name: string;
  unit: string;
  values: number[];
  /** What it is to be compared with, in the same unit: a goal, or a peer's figure from the same run. */
  against?: { name: string; value: number };
}

export function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  if (sorted.length === 0) return Number.NaN;
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? 0)
    : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}

/** A table for people: median, spread, number of runs, and the ratio to what it is compared with. */
export function table(series: Series[]): string {
  const rows = series.map(({ name, unit, values, against }) => [
    name,
    `${round(median(values))} ${unit}`,
    `${round(Math.min(...values))}–${round(Math.max(...values))}`,
    String(values.length),
    against ? `${against.name} ${round(against.value)}` : '',
    against ? `${(median(values) / against.value).toFixed(2)}×` : '',
  ]);
  const all = [['what', 'median', 'min–max', 'n', 'against', 'ratio'], ...rows];
  const widths = (all[0] ?? []).map((_cell, index) => Math.max(...all.map(row => (row[index] ?? '').length)));
  return all
    .map(row =>
      row
        .map((cell, index) => cell.padEnd(widths[index] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function round(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3);
}
