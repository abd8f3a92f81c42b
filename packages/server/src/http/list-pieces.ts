import { dump } from 'js-yaml';
import type { Entry } from '../store/store.ts';
import type { Pieces } from './exchange.ts';
import type { Shape } from './negotiate.ts';

/** A list of some of the entries, with all that is said of the whole. */
export type Part = (some: Entry[]) => Record<string, unknown>;

/** How a list is written: what stands before, between and after parts of its rows or items. */
interface Notation {
  open(rest: Record<string, unknown>, field: string, first: unknown[]): string;
  more(field: string, list: unknown[]): string;
  close: string;
}

/** Objects parsed at once, for shapes that need them parsed. */
const AT_ONCE = 200;
/** YAML is much slower to write. */
const AT_ONCE_YAML = 25;

/** A list put together from lists of some of its entries: the rows or items of all, the rest from the first. */
export function listPieces(entries: Entry[], part: Part, shape: Shape): Pieces {
  const yaml = shape.type === 'application/yaml';
  const notation = yaml ? YAML : JSON_TEXT;
  const atOnce = yaml ? AT_ONCE_YAML : AT_ONCE;
  const field = shape.as === 'table' ? 'rows' : 'items';
  function* pieces(): Generator<string> {
    const { [field]: first, ...rest } = part(entries.slice(0, atOnce));
    yield notation.open(rest, field, first as unknown[]);
    for (let at = atOnce; at < entries.length; at += atOnce) {
      yield notation.more(field, part(entries.slice(at, at + atOnce))[field] as unknown[]);
    }
    yield notation.close;
  }
  let size = 0;
  for (const entry of entries) size += entry.text.length;
  return { size, [Symbol.iterator]: pieces };
}

const JSON_TEXT: Notation = {
  open: (rest, field, first) => `${JSON.stringify(rest).slice(0, -1)},"${field}":[${inner(first)}`,
  more: (_field, list) => `,${inner(list)}`,
  close: ']}\n',
};

/** A JSON list without its brackets. */
function inner(list: unknown[]): string {
  return JSON.stringify(list).slice(1, -1);
}

/** The list is the last field of its document, so that more of it can follow. */
const YAML: Notation = {
  open: (rest, field, first) => yamlOf({ ...rest, [field]: first }),
  // As deep as in the whole: how lines are folded depends on it.
  more: (field, list) => yamlOf({ [field]: list }).slice(`${field}:\n`.length),
  close: '',
};

export function yamlOf(value: unknown): string {
  return dump(value, { noRefs: true });
}
