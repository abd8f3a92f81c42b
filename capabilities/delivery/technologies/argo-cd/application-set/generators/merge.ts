import { messageOf } from '@slipway/api';
import type { MergeGenerator, Params } from '../spec.ts';
import type { Ground } from './ground.ts';
import type { ChildParams } from './matrix.ts';
import { mergeParams } from './merge-params.ts';

/** The first generator's parameters, each completed by those of the others that have the same merge keys. */
export async function mergedParams(
  { generators = [], mergeKeys = [] }: MergeGenerator,
  ground: Ground,
  paramsOf: ChildParams,
): Promise<Params[]> {
  if (generators.length < 2) throw new Error('found less than two generators, Merge requires two or more');
  const sets: Params[][] = [];
  for (const [index, child] of generators.entries()) {
    try {
      sets.push(await paramsOf(child, undefined));
    } catch (error) {
      throw new Error(
        `error getting param sets from generators: error getting params from generator ${index + 1} of ${generators.length}: child generator returned an error on parameter generation: ${messageOf(error)}`,
      );
    }
  }
  const [base = [], ...overrides] = sets;
  const merged = byKeys(base, mergeKeys);
  for (const override of overrides) {
    for (const [key, params] of byKeys(override, mergeKeys)) {
      const present = merged.get(key);
      if (!present) continue;
      merged.set(key, ground.isGoTemplate ? mergeParams(present, params) : { ...present, ...params });
    }
  }
  return [...merged.values()];
}

function byKeys(sets: Params[], mergeKeys: string[]): Map<string, Params> {
  const what = 'error getting param sets by merge key';
  if (mergeKeys.length === 0)
    throw new Error(`${what}: no merge keys were specified, Merge requires at least one`);
  const keys = [...new Set(mergeKeys)].sort();
  const found = new Map<string, Params>();
  for (const params of sets) {
    const key = JSON.stringify(Object.fromEntries(keys.map(each => [each, params[each] ?? null])));
    if (found.has(key))
      throw new Error(
        `${what}: the parameters from a generator were not unique by the given mergeKeys, Merge requires all param sets to be unique. Duplicate key was ${key}`,
      );
    found.set(key, params);
  }
  return found;
}
