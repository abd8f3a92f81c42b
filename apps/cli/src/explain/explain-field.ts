/** JSON Schema as far as it explains a field. */
export interface FieldSchema {
  type?: string | string[];
  title?: string;
  description?: string;
  default?: unknown;
  examples?: unknown[];
  const?: unknown;
  enum?: unknown[];
  pattern?: string;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  required?: string[];
  properties?: Record<string, FieldSchema>;
  additionalProperties?: boolean | FieldSchema;
  items?: FieldSchema;
  anyOf?: FieldSchema[];
  oneOf?: FieldSchema[];
  if?: FieldSchema;
  then?: FieldSchema;
  else?: FieldSchema;
}

export interface ExplainedField {
  field: string;
  /** `string`, `[]object`, `string or object`. */
  type: string;
  description: string;
  required: boolean;
  default?: unknown;
  allowed?: unknown[];
  /** What else a value must keep, in words. */
  limits: string[];
  examples: unknown[];
  fields: Omit<ExplainedField, 'fields'>[];
}

/** A field that the schema does not have: where the path ends, and what there is instead. */
export interface UnknownField {
  unknown: string;
  below: string;
  known: string[];
}

/**
 * What a schema says of the field at a path; items of lists need no index.
 * @example
 * explainField(PLATFORM_SCHEMA, ['spec', 'environments', 'promotion']);
 */
export function explainField(schema: FieldSchema, path: string[]): ExplainedField | UnknownField {
  let here = schema;
  let required = true;
  for (const [index, name] of path.entries()) {
    const fields = fieldsOf(here);
    const found = fields.get(name);
    const below = path.slice(0, index).join('.');
    if (!found) return { unknown: name, below, known: [...fields.keys()].sort() };
    here = found.schema;
    required = found.required;
  }
  const fields = [...fieldsOf(here)].map(([name, each]) => {
    const { fields: _, ...fact } = factsOf(name, each.schema, each.required);
    return fact;
  });
  return { ...factsOf(path.join('.'), here, required), fields };
}

function factsOf(field: string, schema: FieldSchema, required: boolean): ExplainedField {
  const forms = formsOf(schema);
  const allowed = forms.flatMap(form => form.enum ?? (form.const === undefined ? [] : [form.const]));
  const preset = forms.find(form => form.default !== undefined)?.default;
  return {
    field,
    type: [...new Set(forms.map(typeOf))].join(' or '),
    description:
      schema.description ?? schema.title ?? forms.find(form => form.description)?.description ?? '',
    required,
    ...(preset === undefined ? {} : { default: preset }),
    ...(allowed.length > 0 ? { allowed: [...new Set(allowed)] } : {}),
    limits: [...new Set(forms.flatMap(limitsOf))],
    examples: forms.flatMap(form => form.examples ?? []),
    fields: [],
  };
}

/** The fields below, of an object or of a list's items, in every form it may have. */
function fieldsOf(schema: FieldSchema): Map<string, { schema: FieldSchema; required: boolean }> {
  const fields = new Map<string, { schema: FieldSchema; required: boolean }>();
  for (const form of formsOf(schema)) {
    const inner = form.items ? formsOf(form.items) : [form];
    for (const { properties = {}, required = [], additionalProperties } of inner) {
      for (const [name, each] of Object.entries(properties)) {
        if (!fields.has(name)) fields.set(name, { schema: each, required: required.includes(name) });
      }
      if (typeof additionalProperties !== 'object' || fields.size > 0) continue;
      fields.set('<name>', { schema: additionalProperties, required: false });
    }
  }
  return fields;
}

/** A schema's alternatives, with what it says itself in each that does not say so. */
function formsOf(schema: FieldSchema): FieldSchema[] {
  const conditional = [schema.then, schema.else].filter(each => each !== undefined);
  const forms = [...(schema.anyOf ?? schema.oneOf ?? []), ...conditional];
  if (forms.length === 0) return [schema];
  const { anyOf: _any, oneOf: _one, if: _if, then: _then, else: _else, ...own } = schema;
  return forms.flatMap(formsOf).map(form => ({ ...own, ...form }));
}

function typeOf(schema: FieldSchema): string {
  if (schema.items) return `[]${formsOf(schema.items).map(typeOf)[0]}`;
  if (schema.type === undefined) return schema.enum || schema.const !== undefined ? 'string' : 'any';
  return [schema.type].flat().join(' or ');
}

function limitsOf(schema: FieldSchema): string[] {
  const { pattern, minimum, maximum, minLength = 0, maxLength, minItems } = schema;
  return [
    ...(pattern === undefined ? [] : [`matches ${pattern}`]),
    ...(minimum === undefined ? [] : [`at least ${minimum}`]),
    ...(maximum === undefined ? [] : [`at most ${maximum}`]),
    ...(minLength > 0 ? ['not empty'] : []),
    ...(maxLength === undefined ? [] : [`at most ${maxLength} characters`]),
    ...(minItems === undefined ? [] : [`at least ${minItems} of them`]),
  ];
}
