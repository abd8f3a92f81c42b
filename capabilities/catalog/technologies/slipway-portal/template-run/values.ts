import { messageOf, SlipwayError } from '@slipway/api';
import {
  checkSchema,
  isRecord,
  type JsonSchema,
  type SchemaProblem,
  withDefaults,
} from '@slipway/api/json-schema';
import { RE2JS } from 're2js';
import { type Problem, TemplateError } from './field-error.ts';

/** A form: Backstage's `parameters`, one page or several. */
export type Pages = JsonSchema[];

export function pagesOf(parameters: unknown): Pages {
  if (Array.isArray(parameters)) return parameters as Pages;
  return isRecord(parameters) ? [parameters] : [];
}

/**
 * The values a run works with: defaults filled in, checked against every page.
 * @throws TemplateError InvalidValues that names the field, and what it must be
 */
export function checkValues(parameters: unknown, given: Record<string, unknown>): Record<string, unknown> {
  let values = given;
  for (const [index, page] of pagesOf(parameters).entries()) {
    const scope = { root: page, matches };
    try {
      const schema = { type: 'object', ...page };
      values = withDefaults(values, schema, scope) as Record<string, unknown>;
      const problems = checkSchema(values, schema, scope);
      if (problems.length > 0) throw new TemplateError(problems.map(each => describe(each, values)));
    } catch (error) {
      if (error instanceof TemplateError) throw error;
      const field = Array.isArray(parameters) ? `spec.parameters[${index}]` : 'spec.parameters';
      throw new TemplateError([{ code: 'InvalidTemplate', field, message: messageOf(error) }], {
        cause: error,
      });
    }
  }
  return values;
}

/**
 * Checks secrets against a template's `secrets.schema`; no message repeats one.
 * @throws TemplateError InvalidValues that names the secret
 */
export function checkSecrets(schema: unknown, secrets: Record<string, string>): void {
  if (!isRecord(schema)) return;
  const problems = checkSchema(secrets, { type: 'object', ...schema }, { root: schema, matches });
  if (problems.length === 0) return;
  throw new TemplateError(
    problems.map(({ path, keyword, message }) => ({
      code: 'InvalidValues',
      field: ['secrets', ...path].join('.'),
      message: keyword === 'required' ? 'it is required' : `it ${message}`,
    })),
  );
}

const compiled = new Map<string, RE2JS>();
const MOST_KEPT = 500;

/** A form's patterns come from whoever wrote the template: they run in linear time. @throws SlipwayError */
export function matches(pattern: string, text: string): boolean {
  const known = compiled.get(pattern) ?? compile(pattern);
  if (compiled.size >= MOST_KEPT) compiled.clear();
  compiled.set(pattern, known);
  return known.matcher(text).find();
}

function compile(pattern: string): RE2JS {
  try {
    return RE2JS.compile(pattern);
  } catch (cause) {
    throw new SlipwayError(
      'InvalidTemplate',
      `pattern ${JSON.stringify(pattern)}: ${messageOf(cause)}; RE2’s syntax is allowed, without lookaround and back references`,
      { cause },
    );
  }
}

/** Fields that must not be repeated in a message. */
function isSecret(schema: JsonSchema): boolean {
  return schema['ui:field'] === 'Secret' || schema['ui:widget'] === 'password';
}

function describe({ path, keyword, message, schema }: SchemaProblem, values: unknown): Problem {
  const field = `values${path.map(part => (typeof part === 'number' ? `[${part}]` : `.${part}`)).join('')}`;
  const say = (text: string): Problem => ({ code: 'InvalidValues', field, message: text });
  if (keyword === 'required') return say('it is required');
  const found = path.reduce<unknown>(
    (value, part) => (value as Record<string | number, unknown> | undefined)?.[part],
    values,
  );
  const shown = isSecret(schema) ? 'a secret' : (JSON.stringify(found) ?? 'nothing').slice(0, 200);
  return say(`found ${shown}; it ${message}`);
}
