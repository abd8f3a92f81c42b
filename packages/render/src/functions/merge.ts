import { type GoMap, type GoValue, isGoMap } from '../go-template/value.ts';
import { isEmpty, kindOf } from './go-kind.ts';

/**
 * mergo's `Merge` (and `MergeWithOverwrite`) of maps, into `target` itself: what is missing or empty there comes from
 * `source`; maps in both are merged in their turn. Maps that come over are shared with the source, as in Go.
 */
export function mergeInto(
  target: GoMap,
  source: GoMap,
  overwrite: boolean,
  spend: (steps: number) => void,
): void {
  for (const [key, value] of Object.entries(source)) {
    spend(1);
    const present = Object.hasOwn(target, key);
    if (isNil(value)) {
      if (overwrite) target[key] = value;
      continue;
    }
    const old = target[key];
    if (isMap(value) && isMap(old)) mergeInto(old, value, overwrite, spend);
    if (present && !isEmpty(old)) {
      if (isMap(value) && isMap(old)) continue;
      if (!overwrite) continue;
    }
    target[key] = value;
  }
}

function isNil(value: GoValue): boolean {
  return value === null || value === undefined;
}

function isMap(value: GoValue): value is GoMap {
  return kindOf(value) === 'map' && isGoMap(value);
}
