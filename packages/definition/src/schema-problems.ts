import { Ajv, type ErrorObject } from 'ajv';
import type { Problem } from './document.ts';

/** What a value has otherwise than its JSON Schema wants, each with the field below the value. */
export function schemaProblems(value: unknown, schema: object): Problem[] {
  const ajv = new Ajv({ allErrors: true, strict: false, verbose: true });
  const validate = ajv.compile(schema);
  if (validate(value)) return [];
  const problems = (validate.errors ?? []).filter(
    error => !['anyOf', 'if', 'propertyNames'].includes(error.keyword),
  );
  return distinct(problems.map(problemOf));
}

function problemOf(error: ErrorObject): Problem {
  const field = error.instancePath.slice(1).replaceAll('/', '.');
  const at = (key: string) => (field === '' ? key : `${field}.${key}`);
  if (error.propertyName !== undefined) {
    const allowed = (error.params as { allowedValues?: string[] }).allowedValues ?? [];
    return { field: at(error.propertyName), message: `unknown name; allowed: ${allowed.join(', ')}` };
  }
  switch (error.keyword) {
    case 'additionalProperties': {
      const key = (error.params as { additionalProperty: string }).additionalProperty;
      const known = Object.keys((error.parentSchema as { properties?: object }).properties ?? {});
      return { field: at(key), message: `unknown field; allowed: ${known.join(', ')}` };
    }
    case 'required': {
      const key = (error.params as { missingProperty: string }).missingProperty;
      return { field: at(key), message: 'missing; it is required' };
    }
    case 'enum':
    case 'const': {
      const { allowedValues, allowedValue } = error.params as {
        allowedValues?: unknown[];
        allowedValue?: unknown;
      };
      const allowed = (allowedValues ?? [allowedValue]).map(String).join(', ');
      return { field, message: `found ${JSON.stringify(error.data)}; allowed: ${allowed}` };
    }
    case 'pattern':
      return {
        field,
        message: `found ${JSON.stringify(error.data)}; allowed: ${patternText(String(error.schema))}`,
      };
    default:
      return {
        field,
        message: `found ${JSON.stringify(error.data)}; it ${error.message ?? 'is not allowed'}`,
      };
  }
}

function patternText(pattern: string): string {
  if (pattern.startsWith('^[a-z0-9]'))
    return 'lower-case letters, digits and "-", not at the ends (a DNS label)';
  if (pattern.startsWith('^(user|group)')) return 'user:<name> or group:<name>';
  return pattern;
}

function distinct(problems: Problem[]): Problem[] {
  const seen = new Map(problems.map(problem => [`${problem.field}\n${problem.message}`, problem]));
  return [...seen.values()];
}
