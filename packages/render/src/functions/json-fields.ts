import type { GoStruct, GoValue } from '../go-template/value.ts';
import { isEmpty } from './go-kind.ts';

/**
 * What encoding/json sees of a struct: the value it writes itself as (`toJson`), or its exported fields
 * with the names that their tags give.
 */
export function jsonFields(struct: GoStruct): [name: string, value: GoValue][] | { value: GoValue } {
  if (isJsonValue(struct)) return { value: struct.toJson() };
  const fields: [string, GoValue][] = [];
  for (const [field, value] of Object.entries(struct.fields)) {
    if (!/^\p{Lu}/u.test(field)) continue;
    const [name = '', ...options] = (struct.type.json?.[field] ?? '').split(',');
    if (name === '-') continue;
    if (options.includes('omitempty') && isEmpty(value)) continue;
    fields.push([name === '' ? field : name, value]);
  }
  return fields;
}

/** A struct that writes itself in its own way (`MarshalJSON`). */
export interface JsonValue {
  toJson(): GoValue;
}

/** True of one. */
export function isJsonValue(struct: GoStruct): struct is GoStruct & JsonValue {
  return 'toJson' in struct && typeof struct.toJson === 'function';
}
