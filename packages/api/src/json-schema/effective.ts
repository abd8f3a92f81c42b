import { checkSchema } from './check.ts';
import { isRecord, type JsonSchema, MOST_DEPTH, resolve, type SchemaScope } from './schema.ts';

/**
 * The schema that counts for a value: references followed, `allOf` put together, the branch of `if` and of
 * `dependencies` that holds put in. What a form shows, and where defaults come from. `oneOf` and `anyOf` of a
 * dependency choose the alternative the value belongs to; others stay, for they are the person's to choose.
 */
export function effectiveSchema(
  written: JsonSchema,
  value: unknown,
  scope: SchemaScope,
  depth = 0,
): JsonSchema {
  if (depth > MOST_DEPTH) throw new Error('the schema is nested too deep');
  const again = (part: JsonSchema): JsonSchema => effectiveSchema(part, value, scope, depth + 1);
  const { allOf = [], if: condition, then: yes, else: no, ...rest } = resolve(written, scope);
  const { dependencies, dependentRequired, dependentSchemas, ...own } = rest;
  let schema: JsonSchema = own;
  for (const part of allOf) schema = merged(schema, again(part));
  if (condition) {
    const branch = holds(value, condition, scope) ? yes : no;
    if (branch) schema = merged(schema, again(branch));
  }
  const dependent = { ...dependencies, ...dependentRequired, ...dependentSchemas };
  for (const [name, part] of Object.entries(dependent)) {
    if (!isRecord(value) || value[name] === undefined) continue;
    const branch = Array.isArray(part) ? { required: part } : chosen(again(part), name, value, scope);
    schema = merged(schema, branch === part ? branch : again(branch));
  }
  return schema;
}

function holds(value: unknown, schema: JsonSchema, scope: SchemaScope): boolean {
  return checkSchema(value, schema, scope).length === 0;
}

/** The alternative of a dependency that the value of `name` belongs to (react-jsonschema-form's rule). */
function chosen(
  part: JsonSchema,
  name: string,
  value: Record<string, unknown>,
  scope: SchemaScope,
): JsonSchema {
  const { oneOf, anyOf, ...rest } = part;
  const alternatives = (oneOf ?? anyOf)?.map(each => resolve(each, scope));
  const found = alternatives?.find(({ properties = {} }) => {
    const own = properties[name];
    return own !== undefined && holds(value[name], own, scope);
  });
  if (!found) return rest;
  // The deciding field itself keeps the look it has above.
  const { [name]: _deciding, ...others } = found.properties ?? {};
  return merged(rest, { ...found, properties: others });
}

function merged(a: JsonSchema, b: JsonSchema): JsonSchema {
  const properties: Record<string, JsonSchema> = { ...a.properties };
  for (const [name, part] of Object.entries(b.properties ?? {}))
    properties[name] = Object.hasOwn(properties, name) ? merged(properties[name] ?? {}, part) : part;
  const required = [...new Set([...(a.required ?? []), ...(b.required ?? [])])];
  return {
    ...a,
    ...b,
    ...(Object.keys(properties).length > 0 ? { properties } : {}),
    ...(required.length > 0 ? { required } : {}),
  };
}

/** A value with everything filled in that its schema has a default for; the given value stays as it is. */
export function withDefaults(value: unknown, written: JsonSchema, scope: SchemaScope, depth = 0): unknown {
  if (depth > MOST_DEPTH) return value;
  const schema = effectiveSchema(written, value, scope);
  const present = value === undefined ? structuredClone(schema.default) : value;
  if (Array.isArray(present)) {
    const { items } = schema;
    if (!items || Array.isArray(items)) return present;
    return present.map(item => withDefaults(item, items, scope, depth + 1));
  }
  if (!isRecord(present)) return present;
  const filled: Record<string, unknown> = { ...present };
  for (const [name, part] of Object.entries(schema.properties ?? {})) {
    const own = withDefaults(filled[name], part, scope, depth + 1);
    if (own !== undefined) filled[name] = own;
  }
  // A default may decide which branch counts, and that branch may have defaults of its own.
  const grown = Object.keys(filled).length > Object.keys(present).length;
  return grown ? withDefaults(filled, written, scope, depth + 1) : filled;
}
