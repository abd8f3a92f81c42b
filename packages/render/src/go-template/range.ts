import { ANY } from './argument.ts';
import type { Execution } from './execution.ts';
import { formatGo } from './format.ts';
import { sortedKeys } from './sorted-keys.ts';
import { collectionType, type GoMap, GoNamed, GoStruct, type GoValue, isGoMap, SizedInt } from './value.ts';

/** Called for each element; true ends the iteration. */
export type Visit = (index: GoValue, element: GoValue, isInterface: boolean) => boolean;

/**
 * Goes through what `range` may: slices, maps in the order of their keys, integers up to themselves. False
 * when there was nothing to visit.
 */
export function iterate(state: Execution, value: GoValue, variables: number, visit: Visit): boolean {
  if (value === undefined || value === null) return false;
  const integer = integerOf(value);
  if (integer && variables > 1)
    return state.fail(`can't use ${formatGo('%v', value)} to iterate over more than one variable`);
  if (integer) return visitIntegers(integer, visit);
  const content = value instanceof GoNamed ? value.value : value;
  if (Array.isArray(content)) return visitSlice(content, visit);
  if (content instanceof Uint8Array) return visitBytes(content, visit);
  if (isGoMap(content)) return visitMap(content, visit);
  return state.fail(`range can't iterate over ${formatGo('%v', pointed(value))}`);
}

interface Integer {
  end: bigint;
  /** A number of the same type. */
  of: (value: bigint) => GoValue;
}

function integerOf(value: GoValue): Integer | undefined {
  if (typeof value === 'bigint') return { end: value, of: each => each };
  if (value instanceof SizedInt) return { end: value.value, of: each => new SizedInt(value.kind, each) };
  if (!(value instanceof GoNamed)) return undefined;
  const inner = integerOf(value.value);
  return inner && { ...inner, of: each => new GoNamed(value.type, inner.of(each), value.methods) };
}

function visitIntegers({ end, of }: Integer, visit: Visit): boolean {
  for (let at = 0n; at < end; at++) if (visit(undefined, of(at), false)) break;
  return end > 0n;
}

function visitMap(map: GoMap, visit: Visit): boolean {
  const keys = sortedKeys(map);
  // As they are now, whatever happens to the map within.
  const values = keys.map(key => map[key] ?? null);
  const isInterface = collectionType(map).element === ANY;
  for (const [at, key] of keys.entries()) if (visit(key, values[at], isInterface)) break;
  return keys.length > 0;
}

function pointed(value: GoValue): GoValue {
  return value instanceof GoStruct && value.pointer ? new GoStruct(value.type, value.fields) : value;
}

function visitSlice(values: GoValue[], visit: Visit): boolean {
  const isInterface = collectionType(values).element === ANY;
  const { length } = values;
  for (let at = 0; at < length; at++) if (visit(BigInt(at), values[at] ?? null, isInterface)) break;
  return length > 0;
}

function visitBytes(bytes: Uint8Array, visit: Visit): boolean {
  for (const [at, byte] of bytes.entries())
    if (visit(BigInt(at), new SizedInt('uint8', BigInt(byte)), false)) break;
  return bytes.length > 0;
}
