import { formatGo } from '../go-template/format.ts';
import { fromBytes } from '../go-template/go-string.ts';
import { collectionType, type GoValue, STRINGS, withType } from '../go-template/value.ts';
import { elementsOf } from './go-kind.ts';

/** sprig's `toString`: what `%v` prints, bytes as the text they are. */
export function textOf(value: GoValue): string {
  if (typeof value === 'string') return value;
  return value instanceof Uint8Array ? fromBytes(value) : formatGo('%v', value);
}

/** sprig's `toStrings`: the texts of a list's elements without nils, or of the one value. */
export function textsOf(list: GoValue): string[] {
  if (list === null || list === undefined) return strings([]);
  const elements = elementsOf(list);
  if (!elements) return strings([textOf(list)]);
  if (isTexts(list)) return list;
  return strings(elements.filter(each => each !== null && each !== undefined).map(textOf));
}

/** A `[]string`, which is used as it is: sorting it sorts the original. */
function isTexts(list: GoValue): list is string[] {
  return Array.isArray(list) && collectionType(list).name === STRINGS.name;
}

export function strings(texts: string[]): string[] {
  return withType(texts, STRINGS);
}
