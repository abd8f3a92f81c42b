import { collectionType, type GoValue, goMap, isGoMap, LIST, MAP, withType } from '../go-template/value.ts';

/** A copy that shares no list or map with the original. `spend` counts its values. */
export function deepCopy(value: GoValue, spend: (steps: number) => void): GoValue {
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Uint8Array) return Uint8Array.from(value);
  if (Array.isArray(value)) {
    spend(1 + value.length / 8);
    const copy = value.map(each => deepCopy(each, spend));
    const type = collectionType(value);
    return type === LIST ? copy : withType(copy, type);
  }
  if (!isGoMap(value)) return value;
  const copy = goMap();
  for (const [key, each] of Object.entries(value)) {
    spend(1);
    copy[key] = deepCopy(each, spend);
  }
  const type = collectionType(value);
  return type === MAP ? copy : withType(copy, type);
}
