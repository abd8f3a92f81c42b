import { getField, requireKind } from '../node/lookup.ts';
import { fieldOf, isEmptyMap, isNull, textOf, type YNode } from '../node/y-node.ts';

/**
 * The first element of a list whose fields have these values; a key without a name asks for the element itself
 * (`ElementMatcher`).
 */
export function findElement(list: YNode | undefined, keys: string[], values: string[]): YNode | undefined {
  if (list === undefined || list.kind !== 'seq') return undefined;
  if ((keys[0] ?? '') === '') return list.content.find(element => element.value === (values[0] ?? ''));
  return list.content.find(
    element => element.kind === 'map' && keys.every((key, at) => fieldOf(element, key)?.value === values[at]),
  );
}

/**
 * Puts an element in the place of those with these values, else at the end; without one, those are removed
 * (`ElementSetter`, which drops empty elements on the way).
 */
export function setElement(list: YNode, keys: string[], values: string[], element: YNode | undefined): void {
  requireKind(list, 'seq');
  const setsMap = (keys[0] ?? '') !== '' && (values[0] ?? '') !== '';
  const content: YNode[] = [];
  let found = false;
  for (const part of list.content) {
    if (isNull(part) || isEmptyMap(part)) continue;
    if (part.kind !== 'map' && setsMap) {
      content.push(part);
      continue;
    }
    if (!fits(part, keys.length > 0 ? keys : [''], values)) {
      if (values.length > 0) content.push(part);
      continue;
    }
    found = true;
    if (element !== undefined) content.push(element);
  }
  if (!found && element !== undefined && !isNull(element)) content.push(element);
  list.content = content;
}

function fits(part: YNode, keys: string[], values: string[]): boolean {
  let matches = false;
  for (const [at, key] of keys.entries()) {
    const value = values[at];
    if (value !== undefined) matches = fitsOne(part, key, value);
    if (!matches) return false;
  }
  return true;
}

function fitsOne(part: YNode, key: string, value: string): boolean {
  if (key === '') {
    requireKind(part, 'scalar');
    return textOf(part) === value;
  }
  const field = getField(part, key);
  return field !== undefined && (value === '' || field.value === value);
}
