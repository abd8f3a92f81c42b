import { SlipwayError } from '@slipway/api';
import { Ajv, type ErrorObject } from 'ajv';
import { RE2JS } from 're2js';

/** A form: Backstage's `parameters`, one page or several. */
export type Pages = Record<string, unknown>[];

export function pagesOf(parameters: unknown): Pages {
  if (Array.isArray(parameters)) return parameters as Pages;
  return parameters && typeof parameters === 'object' ? [parameters as Record<string, unknown>] : [];
}

/**
 * The values a run works with: defaults filled in, checked against every page.
 * @throws SlipwayError InvalidValues that names the field, and what it must be
 */
export function checkValues(parameters: unknown, given: Record<string, unknown>): Record<string, unknown> {
  const values = structuredClone(given);
  for (const page of pagesOf(parameters)) {
    const errors = problemsOf(page, values);
    if (errors.length > 0) throw new SlipwayError('InvalidValues', errors.join('; '));
  }
  return values;
}

function problemsOf(page: Record<string, unknown>, values: Record<string, unknown>): string[] {
  // A form's patterns come from whoever wrote the template: they run in linear time.
  const regExp = Object.assign(linear, { code: 'linear' });
  const ajv = new Ajv({
    allErrors: true,
    strict: false,
    useDefaults: true,
    validateFormats: false,
    code: { regExp },
  });
  let validate: ReturnType<Ajv['compile']>;
  try {
    validate = ajv.compile({ type: 'object', ...page });
  } catch (cause) {
    throw new SlipwayError(
      'InvalidTemplate',
      `spec.parameters: ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    );
  }
  return validate(values) ? [] : (validate.errors ?? []).map(error => describe(error, values));
}

function linear(pattern: string, _flags: string): { test(text: string): boolean } {
  const compiled = RE2JS.compile(pattern);
  return { test: text => compiled.matcher(text).find() };
}

function describe(
  { instancePath, message, keyword, params }: ErrorObject,
  values: Record<string, unknown>,
): string {
  const path = instancePath.split('/').slice(1);
  const found = path.reduce<unknown>(
    (value, part) => (value as Record<string, unknown> | undefined)?.[part],
    values,
  );
  if (keyword === 'required') return `values.${[...path, params.missingProperty].join('.')}: it is required`;
  const allowed =
    keyword === 'enum'
      ? `one of ${(params.allowedValues as unknown[]).map(value => JSON.stringify(value)).join(', ')}`
      : message;
  return `values${path.length > 0 ? `.${path.join('.')}` : ''}: found ${JSON.stringify(found)}; it ${allowed?.startsWith('must') ? allowed : `must be ${allowed}`}`;
}
