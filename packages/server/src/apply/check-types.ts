import { type Json, type KubeObject, StatusError } from '@slipway/api';
import { isOpen, type ResourceInfo, type Schema } from '../schema/index.ts';
import { fieldElement, isMap, itemElement, pathText } from './path-element.ts';
import { fieldSchema, isAssociative, isDeclared, itemOf } from './shape.ts';

/**
 * An applied configuration must fit its schema: fields nobody declares, items without keys and duplicate keys
 * cannot be owned.
 * @throws StatusError InternalError, as upstream answers
 */
export function checkTypes(applied: KubeObject, info: ResourceInfo): void {
  const problems = check(applied as unknown as Json, info.schema, []);
  if (problems.length === 0) return;
  const { name = '', namespace } = applied.metadata;
  const { group, version, kind } = info.kind;
  const where = `${namespace ?? ''}/${name}; ${group}/${version}, Kind=${kind}`;
  const text =
    problems.length === 1 ? problems[0] : `errors:\n${problems.map(each => `  ${each}`).join('\n')}`;
  throw new StatusError('InternalError', `failed to create typed patch object (${where}): ${text}`);
}

function check(value: Json, schema: Schema, path: string[]): string[] {
  if (value === null) return [];
  if (isMap(value)) return checkMap(value, schema, path);
  if (Array.isArray(value)) return checkList(value, schema, path);
  const expected = EXPECTED[schema.type ?? ''];
  if (!expected || expected.types.includes(typeof value)) return [];
  return [`${pathText(path)}: expected ${expected.text}, got ${typeof value}`];
}

const NUMERIC = { types: ['number'], text: 'numeric (int or float)' };
const EXPECTED: Record<string, { types: string[]; text: string }> = {
  integer: NUMERIC,
  number: NUMERIC,
  boolean: { types: ['boolean'], text: 'boolean' },
  string: { types: ['string', 'number'], text: 'string' },
};

function checkMap(map: { [key: string]: Json }, schema: Schema, path: string[]): string[] {
  if (isOpen(schema) && !schema.properties) return [];
  return Object.entries(map).flatMap(([name, value]) => {
    const below = [...path, fieldElement(name)];
    const known = isDeclared(schema, name) || schema.additionalProperties || isOpen(schema);
    return known
      ? check(value, fieldSchema(schema, name), below)
      : [`${pathText(below)}: field not declared in schema`];
  });
}

function checkList(list: Json[], schema: Schema, path: string[]): string[] {
  if (!isAssociative(schema)) return list.flatMap(item => check(item, itemOf(schema), path));
  const seen = new Set<string>();
  return list.flatMap((item, index) => {
    const element = itemElement(schema, item);
    if (element === undefined) {
      const keys = (schema['x-kubernetes-list-map-keys'] ?? []).map(key => JSON.stringify(key)).join(' ');
      const what = `associative list with keys has an element that omits all key fields [${keys}]`;
      return [
        `${pathText(path)}: element ${index}: ${what} (and doesn't have default values for any key fields)`,
      ];
    }
    const twice = seen.has(element);
    seen.add(element);
    if (twice) return [`${pathText(path)}: duplicate entries for key ${pathText([element])}`];
    return check(item, itemOf(schema), [...path, element]);
  });
}
