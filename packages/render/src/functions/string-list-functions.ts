import { type FunctionTable, goFunction } from '../go-template/function.ts';
import { compareStrings } from '../go-template/go-string.ts';
import { type GoMap, type GoValue, goMap, STRING_MAP, withType } from '../go-template/value.ts';
import { elementsOf } from './go-kind.ts';
import { strings, textOf, textsOf } from './text-of.ts';

/** `strings.Split`: an empty separator parts the text into runes. */
function split(text: string, separator: string): string[] {
  return separator === '' ? Array.from(text) : text.split(separator);
}

function splitAtMost(text: string, separator: string, most: number): string[] {
  if (most === 0) return [];
  const parts = split(text, separator);
  if (most < 0 || parts.length <= most) return parts;
  return [...parts.slice(0, most - 1), parts.slice(most - 1).join(separator)];
}

function numbered(parts: string[]): GoMap {
  return withType(goMap(Object.fromEntries(parts.map((part, at) => [`_${at}`, part]))), STRING_MAP);
}

function sortAlpha(list: GoValue): GoValue {
  const isList = list !== null && list !== undefined && elementsOf(list) !== undefined;
  return isList ? textsOf(list).sort(compareStrings) : strings([textOf(list)]);
}

/** Lists of texts: sprig's split, join and the like. */
export const stringListFunctions: FunctionTable = {
  split: goFunction({ in: ['string', 'string'], out: 'map[string]string' }, (separator, text) =>
    numbered(split(text, separator)),
  ),
  splitn: goFunction({ in: ['string', 'int', 'string'], out: 'map[string]string' }, (separator, most, text) =>
    numbered(splitAtMost(text, separator, Number(most))),
  ),
  splitList: goFunction({ in: ['string', 'string'], out: '[]string' }, (separator, text) =>
    strings(split(text, separator)),
  ),
  toStrings: goFunction({ in: ['any'], out: '[]string' }, list => textsOf(list)),
  join: goFunction({ in: ['string', 'any'], out: 'string' }, (separator, list) =>
    textsOf(list).join(separator),
  ),
  sortAlpha: goFunction({ in: ['any'], out: '[]string' }, sortAlpha),
};
