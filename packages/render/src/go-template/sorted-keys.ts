import { compareStrings } from './go-string.ts';
import type { GoMap } from './value.ts';

const SURROGATE = /[\ud800-\udfff]/;

/** A map's keys in the order Go ranges and prints them: by their bytes. */
export function sortedKeys(map: GoMap): string[] {
  const keys = Object.keys(map);
  // Without surrogates the order of UTF-16 units is that of the bytes.
  return keys.some(key => SURROGATE.test(key)) ? keys.sort(compareStrings) : keys.sort();
}
