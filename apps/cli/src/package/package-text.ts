import type { PackageChange } from '@slipway/definition';
import { columns } from '../output.ts';

/** What became, or would become, of a package's objects; those that stay as they are only counted. */
export function changesText(name: string, version: string, changes: PackageChange[]): string {
  const shown = changes.filter(({ result }) => result !== 'unchanged');
  const same = changes.length - shown.length;
  const lines = shown.map(({ object, result }) => `  ${result.padEnd(8)} ${object}`);
  const rest = same === 0 ? [] : [`  ${same} object${same === 1 ? '' : 's'} as before`];
  return [`package ${name} ${version}`, ...lines, ...rest].join('\n');
}

/** A heading and its rows, or what is said when there are none. */
export function tableOr(nothing: string, heading: string[], rows: string[][]): string {
  return rows.length === 0 ? nothing : columns([heading, ...rows]);
}
