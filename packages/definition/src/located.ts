import { SlipwayError } from '@slipway/api';
import { type Document, isNode, LineCounter, parseDocument } from 'yaml';
import { schemaProblems } from './schema-problems.ts';

/** One thing that is wrong with a document that a person wrote, and where. */
export interface Problem {
  /** `spec.capabilities.ingress` */
  field: string;
  message: string;
  /** The field's parts, where a name may hold dots; absent: `field` says them. */
  path?: (string | number)[];
}

/** A document that cannot be used: every problem with file, line, field, what was found and what is allowed. */
export class DefinitionError extends SlipwayError {
  readonly problems: string[];
  constructor(problems: string[]) {
    super('DefinitionInvalid', problems.join('\n'));
    this.name = 'DefinitionError';
    this.problems = problems;
  }
}

/** What a file says, which can still tell on which line a field stands. */
export interface LocatedValue<T> {
  value: T;
  /** Turns problems into one DefinitionError that names file and line of each. */
  error(problems: Problem[]): DefinitionError;
}

/**
 * Reads one YAML document and checks it against its schema.
 * @throws DefinitionError naming file, line, field, what was found and what is allowed
 */
export function parseLocated<T>(text: string, file: string, schema: object): LocatedValue<T> {
  const lines = new LineCounter();
  const yaml = parseDocument(text, { lineCounter: lines, maxAliasCount: 50 } as never);
  const [first] = yaml.errors;
  if (first) {
    const line = lines.linePos(first.pos[0]).line;
    throw new DefinitionError([`${file}:${line}: not YAML: ${first.message.split('\n')[0]}`]);
  }
  const locate = (problem: Problem) => lineOf(yaml, lines, problem.path ?? pathOf(problem.field));
  const error = (problems: Problem[]) =>
    new DefinitionError(
      problems.map(each => `${file}:${locate(each)}: ${each.field || 'document'}: ${each.message}`),
    );
  const value: unknown = yaml.toJS({ maxAliasCount: 50 });
  const problems = schemaProblems(value, schema);
  if (problems.length > 0) throw error(problems);
  return { value: value as T, error };
}

function pathOf(field: string): (string | number)[] {
  return field === '' ? [] : field.split('.').map(part => (/^\d+$/.test(part) ? Number(part) : part));
}

function lineOf(yaml: Document, lines: LineCounter, path: (string | number)[]): number {
  for (let length = path.length; length > 0; length--) {
    const node = yaml.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return 1;
}
