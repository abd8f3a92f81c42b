import { SlipwayError } from '@slipway/api';
import { parseDuration } from '../expression/time.ts';
import { type Call, type Sequence, textOf } from '../model.ts';
import { substitute, type Variables } from './substitute.ts';

/** One turn of a loop: the call as it is then, and its name with the item, e.g. `print(0:hello)`. */
export interface Turn<T extends Call> {
  call: T;
  index: number;
}

const MOST_TURNS = 10_000;

/**
 * The turns of `withItems`, `withParam` or `withSequence`; undefined for a call that loops over nothing
 * (Argo's expandStep). Names get the index and the item.
 */
export function expandLoop<T extends Call>(call: T, now: number): Turn<T>[] | undefined {
  const items = itemsOf(call);
  if (!items) return undefined;
  if (items.length > MOST_TURNS)
    throw new SlipwayError('LoopTooLong', `${call.name}: ${items.length} items; at most ${MOST_TURNS} run`);
  const { withItems: _items, withParam: _param, withSequence: _sequence, ...single } = call;
  return items.map((item, index) => {
    const variables = itemVariables(item);
    const substituted = substitute(single, variables, { strict: false, now });
    return { index, call: { ...(substituted as T), name: `${call.name}(${index}:${itemText(item)})` } };
  });
}

function itemsOf(call: Call): unknown[] | undefined {
  if (call.withItems) return call.withItems;
  if (call.withParam !== undefined) return parameterItems(call);
  return call.withSequence ? sequenceItems(call.withSequence, call.name) : undefined;
}

function parameterItems(call: Call): unknown[] {
  const text = (call.withParam ?? '').trim();
  try {
    const items: unknown = JSON.parse(text);
    if (Array.isArray(items)) return items;
  } catch {
    // falls through to the one message for both
  }
  throw new SlipwayError(
    'InvalidParameter',
    `withParam value could not be parsed as a JSON list: ${text.slice(0, 200)}`,
  );
}

function sequenceItems(sequence: Sequence, name: string): string[] {
  const start = number(sequence.start ?? 0, name);
  const end =
    sequence.count === undefined ? number(sequence.end ?? 0, name) : start + number(sequence.count, name) - 1;
  if (sequence.count !== undefined && end < start) return [];
  if (Math.abs(end - start) >= MOST_TURNS)
    throw new SlipwayError('LoopTooLong', `${name}: withSequence has more than ${MOST_TURNS} turns`);
  const step = end < start ? -1 : 1;
  return Array.from({ length: Math.abs(end - start) + 1 }, (_, index) =>
    format(sequence.format, start + index * step),
  );
}

function number(value: unknown, name: string): number {
  const text = textOf(value) ?? '';
  if (!/^-?\d+$/.test(text.trim()))
    throw new SlipwayError(
      'InvalidParameter',
      `${name}: withSequence needs integers, not ${JSON.stringify(text)}`,
    );
  return Number(text);
}

/** Go's `%d`, `%02d`, `%x`, `%X`, `%o` with flags, as far as one number goes. */
function format(layout: string | undefined, value: number): string {
  if (!layout) return String(value);
  return layout.replace(/%(0?)(\d*)([dxXo])/g, (_, zero: string, width: string, verb: string) => {
    const digits =
      {
        d: value.toString(),
        x: value.toString(16),
        X: value.toString(16).toUpperCase(),
        o: value.toString(8),
      }[verb] ?? '';
    return digits.padStart(Number(width || 0), zero ? '0' : ' ');
  });
}

/** `{{item}}`, and `{{item.field}}` when the item is a map. */
function itemVariables(item: unknown): Variables {
  const variables: Variables = { item: textOf(item) ?? '' };
  if (!item || typeof item !== 'object' || Array.isArray(item)) return variables;
  for (const [key, value] of Object.entries(item)) variables[`item.${key}`] = textOf(value) ?? '';
  return variables;
}

function itemText(item: unknown): string {
  if (!item || typeof item !== 'object' || Array.isArray(item)) return textOf(item) ?? '';
  const fields = Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1));
  return fields.map(([key, value]) => `${key}:${textOf(value)}`).join(',');
}

/** Milliseconds, or an error that names the field. */
export function durationOf(value: unknown, field: string): number {
  const ms = parseDuration(textOf(value) ?? '');
  if (ms === undefined)
    throw new SlipwayError(
      'InvalidDuration',
      `${field}: unable to parse ${JSON.stringify(value)} as a duration`,
    );
  return ms;
}
