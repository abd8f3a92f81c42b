import type { PrinterColumn } from '../schema/index.ts';
import { type CellsOf, name, since } from './cell.ts';
import { parseJsonPath } from './json-path.ts';

/** Cells of a custom kind: its name, then what each column's path leads to. */
export function customCells(columns: readonly PrinterColumn[]): CellsOf {
  const readers = columns.slice(1).map(readerOf);
  return (object, now) => [name(object), ...readers.map(read => read(object, now))];
}

function readerOf(column: PrinterColumn): (object: unknown, now: number) => unknown {
  const find = parseJsonPath(column.jsonPath ?? '');
  return (object, now) => {
    const [found] = find(object);
    return found === undefined || found === null ? null : cellOf(column.type, found, now);
  };
}

function cellOf(type: string, value: unknown, now: number): unknown {
  switch (type) {
    case 'integer':
      return typeof value === 'number' ? Math.trunc(value) : null;
    case 'number':
      return typeof value === 'number' ? value : null;
    case 'boolean':
      return typeof value === 'boolean' ? value : null;
    case 'date':
      return dateOf(value, now);
    default:
      return typeof value === 'object' ? JSON.stringify(value) : String(value);
  }
}

function dateOf(value: unknown, now: number): string | null {
  if (typeof value !== 'string') return null;
  return Number.isNaN(Date.parse(value)) ? '<invalid>' : since(value, now);
}
