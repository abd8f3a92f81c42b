import {
  effectiveSchema,
  isRecord,
  type JsonSchema,
  type SchemaScope,
  withDefaults,
} from '@slipway/api/json-schema';
import { checkPage, type FieldProblem } from './problems.ts';

export type Path = (string | number)[];
export type Values = Record<string, unknown>;

/** One page of a form: a JSON Schema with words of how to show it (Backstage’s template parameters). */
export interface Page {
  title: string;
  description: string | undefined;
  schema: JsonSchema;
}

/** The pages of a template’s `parameters`: one schema or a list of them. */
export function pagesOf(parameters: unknown): Page[] {
  const schemas = (Array.isArray(parameters) ? parameters : [parameters]).filter(isRecord) as JsonSchema[];
  return schemas.map(schema => ({
    title: schema.title ?? 'Fill in the parameters',
    description: schema.description,
    schema: { type: 'object', ...schema },
  }));
}

/** Patterns run in the reader’s own browser; one that is none counts as met, for the server says so loudly. */
export function matches(pattern: string, text: string): boolean {
  try {
    return new RegExp(pattern, 'u').test(text);
  } catch {
    return true;
  }
}

export function scopeOf({ schema }: Page): SchemaScope {
  return { root: schema, matches };
}

/** What a form begins with: every page’s defaults under what was typed before. */
export function initialValues(pages: Page[], draft: Values): Values {
  return pages.reduce(
    (values, page) => withDefaults(values, page.schema, scopeOf(page)) as Values,
    structuredClone(draft),
  );
}

/** A copy with one value changed; nothing takes the member away. */
export function withValue<T>(root: T, [part, ...rest]: Path, value: unknown): T {
  if (part === undefined) return value as T;
  if (Array.isArray(root)) {
    const next = [...(root as unknown[])];
    next[Number(part)] = withValue(next[Number(part)], rest, value);
    return next as T;
  }
  const next: Values = { ...(isRecord(root) ? root : {}) };
  const inside = withValue(next[part], rest, value);
  next[part] = inside;
  if (inside === undefined) delete next[part];
  return next as T;
}

export function valueAt(root: unknown, path: Path): unknown {
  return path.reduce<unknown>((value, part) => (value as Values | undefined)?.[part], root);
}

/** The members that a page shows for these values, in their order (`ui:order`), those that are hidden left out. */
export function membersOf(schema: JsonSchema, value: unknown, scope: SchemaScope): [string, JsonSchema][] {
  const { properties = {} } = effectiveSchema(schema, value, scope);
  const order = Array.isArray(schema['ui:order']) ? (schema['ui:order'] as string[]) : ['*'];
  const named = order.filter(name => name !== '*');
  const others = Object.keys(properties).filter(name => !named.includes(name));
  const names = order.flatMap(name => (name === '*' ? others : [name]));
  return names.flatMap((name): [string, JsonSchema][] => {
    const own = properties[name];
    return own ? [[name, own]] : [];
  });
}

/** Texts that the form holds but that no object, draft or review may: by their names in `secrets`. */
export function secretNames(pages: Page[], values: Values): string[] {
  return pages.flatMap(page =>
    membersOf(page.schema, values, scopeOf(page))
      .filter(([, schema]) => schema['ui:field'] === 'Secret')
      .map(([name]) => name),
  );
}

/** What a draft keeps: everything but what is secret. */
export function withoutSecrets(pages: Page[], values: Values): Values {
  const hidden = pages.flatMap(page =>
    membersOf(page.schema, values, scopeOf(page))
      .filter(([, schema]) => schema['ui:field'] === 'Secret' || widgetOf(schema) === 'password')
      .map(([name]) => name),
  );
  return Object.fromEntries(Object.entries(values).filter(([name]) => !hidden.includes(name)));
}

export function problemsOf(pages: Page[], values: Values): FieldProblem[][] {
  return pages.map(page => [
    ...checkPage(page.schema, values, scopeOf(page)),
    ...nameProblems(membersOf(page.schema, values, scopeOf(page)), values),
  ]);
}

/** Backstage's EntityNamePicker takes only names that the catalog takes. */
function nameProblems(members: [string, JsonSchema][], values: Values): FieldProblem[] {
  const wrong = members.filter(([name, schema]) => {
    const value = values[name];
    return schema['ui:field'] === 'EntityNamePicker' && typeof value === 'string' && !isEntityName(value);
  });
  return wrong.map(([name]) => ({ path: [name], message: ENTITY_NAME }));
}

const ENTITY_NAME = 'Letters, digits, - _ and . with a letter or digit at both ends (at most 63 characters).';

function isEntityName(text: string): boolean {
  return text.length <= 63 && /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/.test(text);
}

/** `ui:widget`, also where it stands among the options. */
export function widgetOf(schema: JsonSchema): string | undefined {
  const widget = schema['ui:widget'] ?? optionsOf(schema).widget;
  return typeof widget === 'string' ? widget : undefined;
}

/** `ui:options`. */
export function optionsOf(schema: JsonSchema): Values {
  return isRecord(schema['ui:options']) ? schema['ui:options'] : {};
}

export function textOf(schema: JsonSchema, key: string): string | undefined {
  const found = schema[`ui:${key}`] ?? optionsOf(schema)[key];
  return typeof found === 'string' ? found : undefined;
}

/** What a person calls a field. */
export function labelOf(schema: JsonSchema, name: string): string {
  return textOf(schema, 'title') ?? schema.title ?? name;
}

export interface Choice {
  value: unknown;
  label: string;
}

/** What one may choose from: `enum` with its names, or alternatives that are one value each. */
export function choicesOf(schema: JsonSchema): Choice[] | undefined {
  const names = (schema['ui:enumNames'] ?? schema.enumNames ?? optionsOf(schema).enumNames) as
    | unknown[]
    | undefined;
  if (schema.enum)
    return schema.enum.map((value, index) => ({ value, label: String(names?.[index] ?? value) }));
  const alternatives = schema.oneOf ?? schema.anyOf;
  if (!alternatives?.every(each => Object.hasOwn(each, 'const'))) return undefined;
  return alternatives.map(each => ({ value: each.const, label: each.title ?? String(each.const) }));
}
