import { formatGo } from '../../go-template/format.ts';
import type { GoValue } from '../../go-template/value.ts';
import type { ChartValue } from '../chart.ts';

/** How Go's fmt prints a value. */
export function formatValue(verb: '%v' | '%t', value: ChartValue): string {
  return formatGo(verb, value as GoValue);
}
