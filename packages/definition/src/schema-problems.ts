import { Ajv, type ErrorObject } from 'ajv';
import type { Problem } from './located.ts';

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
  const { message, key } = wordsOf(error);
  const parts = error.instancePath.split('/').slice(1).map(unescaped);
  const path = key === undefined ? parts : [...parts, key];
  return {
    field: path.join('.'),
    message,
    path: path.map(part => (/^\d+$/.test(part) ? Number(part) : part)),
  };
}

/** A part of a JSON pointer as it was before it became one. */
function unescaped(part: string): string {
  return part.replaceAll('~1', '/').replaceAll('~0', '~');
}

/** What is wrong, and with which key of the value when it is one. */
function wordsOf(error: ErrorObject): { message: string; key?: string } {
  const { keyword, params, data, propertyName: key } = error;
  const found = `found ${JSON.stringify(data)}`;
  if (key !== undefined) {
    const allowed = (params as { allowedValues?: string[] }).allowedValues;
    const names = allowed ? allowed.join(', ') : patternText(String(params.pattern));
    return { key, message: `unknown name; allowed: ${names}` };
  }
  switch (keyword) {
    case 'additionalProperties': {
      const known = Object.keys((error.parentSchema as { properties?: object }).properties ?? {});
      return { key: params.additionalProperty, message: `unknown field; allowed: ${known.join(', ')}` };
    }
    case 'required':
      return { key: params.missingProperty, message: 'missing; it is required' };
    case 'enum':
    case 'const': {
      const allowed: unknown[] = params.allowedValues ?? [params.allowedValue];
      return { message: `${found}; allowed: ${allowed.map(String).join(', ')}` };
    }
    case 'pattern':
      return { message: `${found}; allowed: ${patternText(String(error.schema))}` };
    default:
      return { message: `${found}; it ${error.message ?? 'is not allowed'}` };
  }
}

function patternText(pattern: string): string {
  if (pattern.startsWith('^[a-z0-9]'))
    return 'lower-case letters, digits and "-", not at the ends (a DNS label)';
  if (pattern.startsWith('^sha256')) return '"sha256:" and 64 hex digits';
  if (pattern.startsWith('^(user|group)')) return 'user:<name> or group:<name>';
  return pattern;
}

function distinct(problems: Problem[]): Problem[] {
  const seen = new Map(problems.map(problem => [`${problem.field}\n${problem.message}`, problem]));
  return [...seen.values()];
}
