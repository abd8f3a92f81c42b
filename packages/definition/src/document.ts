import { SlipwayError } from '@slipway/api';
import { Ajv, type ErrorObject } from 'ajv';
import { type Document, isNode, LineCounter, parseDocument } from 'yaml';
import type { CapabilityId } from './capability.ts';
import { PLATFORM_SCHEMA } from './platform-schema.ts';

/** What a person wrote for one capability. */
export type Choice = string | { technology: string; engine?: unknown; parameters?: Record<string, unknown> };

/** The Platform document as it stands in a file. */
export interface PlatformDocument {
  apiVersion: 'slipway.dev/v1alpha1';
  kind: 'Platform';
  metadata: { name: string };
  spec?: {
    blueprint?: string;
    target?: 'embedded' | { kubernetes: Record<string, unknown> };
    domain?: string;
    appsDomain?: string;
    tls?: { issuer?: string };
    expose?: string;
    capabilities?: Partial<Record<CapabilityId, Choice | Choice[]>>;
    packages?: { name?: string }[];
    environments?: {
      name: string;
      promotion?: {
        from: string;
        requires?: Record<string, unknown>[];
        /** What a rollback needs instead; absent: the same. */
        rollback?: { requires: Record<string, unknown>[] };
      };
    }[];
    teams?: { name: string; members?: string[]; may?: unknown[] }[];
  };
}

/** One thing that is wrong with a definition, and where. */
export interface Problem {
  /** `spec.capabilities.ingress` */
  field: string;
  message: string;
}

/** A definition that cannot be used: every problem with file, line, field, what was found and what is allowed. */
export class DefinitionError extends SlipwayError {
  readonly problems: string[];
  constructor(problems: string[]) {
    super('DefinitionInvalid', problems.join('\n'));
    this.name = 'DefinitionError';
    this.problems = problems;
  }
}

/** A parsed document that can still say on which line a field stands. */
export interface Located {
  document: PlatformDocument;
  /** Turns problems into one DefinitionError that names file and line of each. */
  error(problems: Problem[]): DefinitionError;
}

/**
 * Reads a Platform document and checks it against the schema.
 * @example
 * const { document } = parseDefinition(await readFile('platform.yaml', 'utf8'), 'platform.yaml');
 * @throws DefinitionError naming file, line, field, what was found and what is allowed
 */
export function parseDefinition(text: string, file: string): Located {
  const lines = new LineCounter();
  const yaml = parseDocument(text, { lineCounter: lines, maxAliasCount: 50 } as never);
  const [first] = yaml.errors;
  if (first) {
    const line = lines.linePos(first.pos[0]).line;
    throw new DefinitionError([`${file}:${line}: not YAML: ${first.message.split('\n')[0]}`]);
  }
  const locate = (field: string) => lineOf(yaml, lines, field);
  const error = (problems: Problem[]) =>
    new DefinitionError(
      problems.map(({ field, message }) => `${file}:${locate(field)}: ${field || 'document'}: ${message}`),
    );
  const value: unknown = yaml.toJS({ maxAliasCount: 50 });
  const problems = schemaProblems(value);
  if (problems.length > 0) throw error(problems);
  return { document: value as PlatformDocument, error };
}

function schemaProblems(value: unknown): Problem[] {
  const ajv = new Ajv({ allErrors: true, strict: false, verbose: true });
  const validate = ajv.compile(PLATFORM_SCHEMA);
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

function lineOf(yaml: Document, lines: LineCounter, field: string): number {
  const path = field === '' ? [] : field.split('.').map(part => (/^\d+$/.test(part) ? Number(part) : part));
  for (let length = path.length; length > 0; length--) {
    const node = yaml.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return 1;
}
