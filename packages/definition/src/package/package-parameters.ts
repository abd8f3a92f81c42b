import { SlipwayError } from '@slipway/api';
import { Ajv } from 'ajv';
import { schemaProblems } from '../schema-problems.ts';
import type { PackageDefinition } from './package-file.ts';

/** Parameters that do not fit a package's schema: each with field, what was found and what is allowed. */
export class ParameterError extends SlipwayError {
  readonly problems: { field: string; message: string }[];
  constructor(name: string, problems: { field: string; message: string }[]) {
    const lines = problems.map(({ field, message }) => `package ${name}: ${joined(field)}: ${message}`);
    super('ParametersInvalid', lines.join('\n'));
    this.name = 'ParameterError';
    this.problems = problems;
  }
}

function joined(field: string): string {
  return field === '' ? 'parameters' : `parameters.${field}`;
}

/**
 * What a package is rendered with: the schema's defaults, what the package says of the environment, then what is given,
 * the later layers over the earlier ones.
 * @throws ParameterError when they do not fit the schema
 */
export function packageParameters(
  { metadata, spec }: PackageDefinition,
  { environment, layers }: { environment?: string | undefined; layers: Record<string, unknown>[] },
): Record<string, unknown> {
  const own = environment === undefined ? undefined : spec.environments?.[environment]?.parameters;
  const given = [...(own ? [own] : []), ...layers].reduce(merged, {});
  const { parameters: schema } = spec;
  if (!schema) {
    if (Object.keys(given).length === 0 || 'chart' in spec.source) return given;
    const [first = ''] = Object.keys(given);
    throw new ParameterError(metadata.name, [{ field: first, message: 'the package takes no parameters' }]);
  }
  const filled = withDefaults(given, schema);
  const problems = schemaProblems(filled, closed(schema));
  if (problems.length > 0) throw new ParameterError(metadata.name, problems);
  return filled;
}

/** Unknown parameters are refused unless the schema says otherwise: a misspelt one would do nothing. */
function closed(schema: Record<string, unknown>): Record<string, unknown> {
  return 'additionalProperties' in schema ? schema : { ...schema, additionalProperties: false };
}

/** A value with the defaults of its JSON Schema filled in, at every depth. */
export function withDefaults(value: Record<string, unknown>, schema: object): Record<string, unknown> {
  const filled = structuredClone(value);
  new Ajv({ strict: false, useDefaults: true, allErrors: true }).compile(deepDefaults(schema))(filled);
  return filled;
}

/** An object whose fields have defaults is there though nobody names it. */
function deepDefaults(schema: unknown): Record<string, unknown> {
  const { properties, ...rest } = schema as { properties?: Record<string, unknown>; default?: unknown };
  if (!properties) return rest;
  const inner = Object.fromEntries(
    Object.entries(properties).map(([key, each]) => [key, deepDefaults(each)]),
  );
  const hasDefaults = Object.values(inner).some(each => each.default !== undefined);
  return { ...(hasDefaults ? { default: {} } : {}), ...rest, properties: inner };
}

/** Maps are merged, all else is replaced; null takes a key away, as in Helm's values. */
function merged(under: Record<string, unknown>, over: Record<string, unknown>): Record<string, unknown> {
  const result: Record<string, unknown> = { ...under };
  for (const [key, value] of Object.entries(over)) {
    const before = result[key];
    if (value === null) delete result[key];
    if (value !== null) result[key] = isMap(before) && isMap(value) ? merged(before, value) : value;
  }
  return result;
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
