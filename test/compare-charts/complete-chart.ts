import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FoundChart } from './find-charts.ts';

/**
 * Copies a chart and puts the dependencies it lacks beside it, taken from the other charts by name. Their versions may be
 * others than asked for: both tools see the same files.
 */
export function completeChart(chart: FoundChart, all: ReadonlyMap<string, FoundChart>, target: string): void {
  complete(chart, all, target, [chart.name]);
}

function complete(
  chart: FoundChart,
  all: ReadonlyMap<string, FoundChart>,
  target: string,
  trail: string[],
): void {
  cpSync(chart.path, target, { recursive: true, dereference: true });
  const charts = join(target, 'charts');
  for (const { name } of chart.dependencies) {
    const source = all.get(name);
    if (!source || trail.includes(name) || isThere(charts, name)) continue;
    mkdirSync(charts, { recursive: true });
    complete(source, all, join(charts, name), [...trail, name]);
  }
}

function isThere(charts: string, name: string): boolean {
  if (!existsSync(charts)) return false;
  return readdirSync(charts).some(
    entry => entry === name || entry.startsWith(`${name}-`) || isNamed(join(charts, entry), name),
  );
}

function isNamed(path: string, name: string): boolean {
  const file = join(path, 'Chart.yaml');
  return (
    existsSync(file) && new RegExp(`^name:\\s*['"]?${name}['"]?\\s*$`, 'm').test(readFileSync(file, 'utf8'))
  );
}
