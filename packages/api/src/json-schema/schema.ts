/** A JSON Schema (draft 7) as plain data. Unknown keywords, such as a form's `ui:…`, stand beside the known ones. */
export interface JsonSchema {
  $ref?: string;
  $defs?: Record<string, JsonSchema>;
  definitions?: Record<string, JsonSchema>;
  type?: string | string[];
  title?: string;
  description?: string;
  default?: unknown;
  enum?: unknown[];
  const?: unknown;
  properties?: Record<string, JsonSchema>;
  patternProperties?: Record<string, JsonSchema>;
  additionalProperties?: boolean | JsonSchema;
  propertyNames?: JsonSchema;
  required?: string[];
  minProperties?: number;
  maxProperties?: number;
  items?: JsonSchema | JsonSchema[];
  additionalItems?: boolean | JsonSchema;
  contains?: JsonSchema;
  minItems?: number;
  maxItems?: number;
  uniqueItems?: boolean;
  minLength?: number;
  maxLength?: number;
  pattern?: string;
  format?: string;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
  multipleOf?: number;
  allOf?: JsonSchema[];
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  not?: JsonSchema;
  if?: JsonSchema;
  then?: JsonSchema;
  else?: JsonSchema;
  dependencies?: Record<string, string[] | JsonSchema>;
  dependentRequired?: Record<string, string[]>;
  dependentSchemas?: Record<string, JsonSchema>;
  [keyword: string]: unknown;
}

/** Who resolves references and patterns while a schema is read. */
export interface SchemaScope {
  /** The whole document, in which `#/…` references lie. */
  root: JsonSchema;
  /** Whether a text holds what a pattern describes; whoever calls chooses the engine. */
  matches: (pattern: string, text: string) => boolean;
}

/** How deep references may lead before a schema counts as endless. */
export const MOST_DEPTH = 64;

export function isRecord(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

/** Follows local references (`#/definitions/x`). @throws Error when there is none, or they go in a circle */
export function resolve(schema: JsonSchema, scope: SchemaScope): JsonSchema {
  let found = schema;
  for (let depth = 0; found.$ref !== undefined; depth++) {
    const reference = found.$ref;
    if (depth > MOST_DEPTH) throw new Error(`$ref ${JSON.stringify(reference)}: it leads in a circle`);
    found = atPointer(scope.root, reference);
  }
  return found;
}

function atPointer(root: JsonSchema, reference: string): JsonSchema {
  const parts = reference.startsWith('#') ? reference.slice(1).split('/').slice(1) : undefined;
  let found: unknown = parts ? root : undefined;
  for (const part of parts ?? []) {
    const name = decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~');
    found = isRecord(found) && Object.hasOwn(found, name) ? found[name] : undefined;
  }
  if (isRecord(found)) return found;
  throw new Error(
    `$ref ${JSON.stringify(reference)}: no such part; a reference inside the document is allowed`,
  );
}

/** Equality as JSON Schema has it: members in any order. */
export function isEqual(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((item, index) => isEqual(item, b[index]));
  if (!isRecord(a) || !isRecord(b)) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every(key => Object.hasOwn(b, key) && isEqual(a[key], b[key]))
  );
}
