import { ANY } from './argument.ts';
import type { Execution } from './execution.ts';
import { formatGo } from './format.ts';
import { sortedKeys } from './sorted-keys.ts';
import { collectionType, GoNamed, type GoValue, isGoMap, SizedInt } from './value.ts';

/** Called for each element; true ends the iteration. */
export type Visit = (index: GoValue, element: GoValue, isInterface: boolean) => boolean;

/**
 * Goes through what `range` may: slices, maps in the order of their keys, integers up to themselves. False
 * when there was nothing to visit.
 */
export function iterate(state: Execution, value: GoValue, variables: number, visit: Visit): boolean {
  if (value === undefined || value === null) return false;
  if (value instanceof GoNamed && typeof value.value !== 'string')
    return iterateNamed(state, value, variables, visit);
  if (typeof value === 'bigint') return count(state, value, element => element, variables, visit);
  if (value instanceof SizedInt)
    return count(state, value.value, element => new SizedInt(value.kind, element), variables, visit);
  if (Array.isArray(value)) return visitSlice(value, visit);
  if (value instanceof Uint8Array) return visitBytes(value, visit);
  if (!isGoMap(value)) return state.fail(`range can't iterate over ${formatGo('%v', value)}`);
  const keys = sortedKeys(value);
  const values = keys.map(key => value[key] ?? null);
  const isInterface = collectionType(value).element === ANY;
  for (const [at, key] of keys.entries()) if (visit(key, values[at], isInterface)) break;
  return keys.length > 0;
}

/** Integers of a named type stay of that type. */
function iterateNamed(state: Execution, named: GoNamed, variables: number, visit: Visit): boolean {
  const { type, value, methods } = named;
  const isInteger = typeof value === 'bigint' || value instanceof SizedInt;
  return iterate(state, value, variables, (index, element, isInterface) =>
    visit(index, isInteger ? new GoNamed(type, element, methods) : element, isInterface),
  );
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

function count(
  state: Execution,
  end: bigint,
  element: (at: bigint) => GoValue,
  variables: number,
  visit: Visit,
): boolean {
  if (variables > 1) state.fail(`can't use ${end} to iterate over more than one variable`);
  for (let at = 0n; at < end; at++) if (visit(undefined, element(at), false)) break;
  return end > 0n;
}
