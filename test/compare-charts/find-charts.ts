import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { load } from 'js-yaml';

/** A chart's folder, and the name its Chart.yaml says. */
export interface FoundChart {
  path: string;
  /** Path below the folder that was searched. */
  label: string;
  name: string;
  dependencies: { name: string }[];
}

/** Charts below a folder that are not part of another one. */
export function findCharts(root: string): FoundChart[] {
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && entry.name === 'Chart.yaml')
    .map(entry => entry.parentPath)
    .filter(path => !isInner(path))
    .sort()
    .flatMap(path => describe(root, path));
}

/** `x/charts/y` where `x` is a chart itself. */
function isInner(path: string): boolean {
  const above = dirname(path);
  return basename(above) === 'charts' && existsSync(join(dirname(above), 'Chart.yaml'));
}

function describe(root: string, path: string): FoundChart[] {
  try {
    const chart = (load(readFileSync(join(path, 'Chart.yaml'), 'utf8')) ?? {}) as Record<string, unknown>;
    const requirements = join(path, 'requirements.yaml');
    const old = existsSync(requirements)
      ? ((load(readFileSync(requirements, 'utf8')) ?? {}) as Record<string, unknown>)
      : {};
    const dependencies = (chart.dependencies ?? old.dependencies ?? []) as { name: string }[];
    return [{ path, label: relative(root, path), name: String(chart.name), dependencies }];
  } catch {
    return [];
  }
}
