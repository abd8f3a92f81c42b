import {
  collectionType,
  GoStruct,
  type GoValue,
  goMap,
  isGoMap,
  LIST,
  MAP,
  withType,
} from '../go-template/value.ts';

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
  if (value instanceof GoStruct && isCopied(value)) return value.copied();
  if (!isGoMap(value)) return value;
  const copy = goMap();
  for (const [key, each] of Object.entries(value)) {
    spend(1);
    copy[key] = deepCopy(each, spend);
  }
  const type = collectionType(value);
  return type === MAP ? copy : withType(copy, type);
}

/** A struct of which a copy is something else, for copystructure sees only fields with a capital letter. */
export interface Copied {
  copied(): GoValue;
}

function isCopied(struct: GoStruct): struct is GoStruct & Copied {
  return 'copied' in struct && typeof struct.copied === 'function';
}
