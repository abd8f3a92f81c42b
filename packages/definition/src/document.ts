import { SlipwayError } from '@slipway/api';
import { type Document, isNode, LineCounter, parseDocument } from 'yaml';
import type { CapabilityId } from './capability.ts';
import { PLATFORM_SCHEMA } from './platform-schema.ts';
import { schemaProblems } from './schema-problems.ts';

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
  const problems = schemaProblems(value, PLATFORM_SCHEMA);
  if (problems.length > 0) throw error(problems);
  return { document: value as PlatformDocument, error };
}

function lineOf(yaml: Document, lines: LineCounter, field: string): number {
  const path = field === '' ? [] : field.split('.').map(part => (/^\d+$/.test(part) ? Number(part) : part));
  for (let length = path.length; length > 0; length--) {
    const node = yaml.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return 1;
}
