import { builtInDefinitions } from './built-in.ts';
import { fieldOf, isOpen, itemOf } from './lookup.ts';
import type { Schema } from './schema.ts';
import { joined } from './structural.ts';
import { isValues } from './value.ts';

const OBJECT_META = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';

/**
 * A custom object without fields that its schema does not declare (they are named in `unknown`), and without
 * nulls where null is not allowed.
 */
export function prune(value: unknown, schema: Schema, unknown: string[], field = ''): unknown {
  if (Array.isArray(value)) {
    const items = itemOf(schema);
    return value.map((item, index) => prune(item, items, unknown, `${field}[${index}]`));
  }
  if (!isValues(value)) return value;
  const whole = isOpen(schema);
  const embedded = schema['x-kubernetes-embedded-resource'] === true;
  const result: Record<string, unknown> = {};
  for (const [name, part] of Object.entries(value)) {
    const path = joined(field, name);
    const known = knownField(schema, name, embedded);
    if (!known && !whole) {
      unknown.push(path);
      continue;
    }
    if (part === null && known && !known.nullable && !isOpen(known)) continue;
    const clean = known ? prune(part, known, unknown, path) : part;
    Object.defineProperty(result, name, {
      value: clean,
      writable: true,
      enumerable: true,
      configurable: true,
    });
  }
  return result;
}

function knownField(schema: Schema, name: string, embedded: boolean): Schema | undefined {
  const declared = fieldOf(schema, name);
  if (!embedded) return declared;
  if (name === 'metadata') return builtInDefinitions()[OBJECT_META];
  return name === 'apiVersion' || name === 'kind' ? { type: 'string' } : declared;
}
