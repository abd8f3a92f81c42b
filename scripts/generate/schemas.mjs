// The definitions of all built-in kinds, from the OpenAPI v3 documents of each group and version.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const REF = '#/components/schemas/';

/** Definitions by full name; `$ref`s hold names. */
export function schemaTable(kubernetes) {
  const folder = join(kubernetes, 'openapi-v3');
  const found = new Map();
  for (const file of readdirSync(folder).sort()) {
    const document = JSON.parse(readFileSync(join(folder, file), 'utf8'));
    for (const [name, schema] of Object.entries(document.components?.schemas ?? {})) {
      found.set(name, merged(found.get(name), compact(schema)));
    }
  }
  const names = [...found.keys()].sort();
  return { definitions: Object.fromEntries(names.map(name => [name, found.get(name)])) };
}

/** Options and watch events belong to every group: each document names only its own, here all are needed. */
function merged(before, schema) {
  const kinds = 'x-kubernetes-group-version-kind';
  if (!before?.[kinds] || !schema[kinds]) return schema;
  const all = new Map([...before[kinds], ...schema[kinds]].map(kind => [kindText(kind), kind]));
  const sorted = [...all.keys()].sort().map(key => all.get(key));
  return { ...schema, [kinds]: sorted };
}

function kindText({ group, version, kind }) {
  return `${group}/${version}/${kind}`;
}

/** References stand in `allOf` with a default beside them, mostly; `bare` marks the few that do not. */
function compact(schema) {
  if (schema.$ref) return { $ref: schema.$ref.slice(REF.length), bare: true };
  const { allOf, ...rest } = schema;
  const result = allOf ? { $ref: allOf[0].$ref.slice(REF.length), ...rest } : { ...rest };
  if (schema.properties) result.properties = mapped(schema.properties);
  if (schema.items) result.items = compact(schema.items);
  if (typeof schema.additionalProperties === 'object')
    result.additionalProperties = compact(schema.additionalProperties);
  return result;
}

function mapped(properties) {
  return Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, compact(schema)]));
}
