import type { ChartValue } from '../chart.ts';

/** How Go's fmt prints a value. */
export function formatValue(_verb: '%v' | '%t', value: ChartValue): string {
  return JSON.stringify(value);
}
