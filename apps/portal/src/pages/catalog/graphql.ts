import { type Token, tokensOf } from './graphql-tokens.ts';
import type { SchemaLine } from './schema-lines.ts';

/** What the viewer shows of a GraphQL schema. */
export interface GraphqlDocument {
  /** What one asks for, changes by, or listens to; inside each field are its arguments. */
  operations: { kind: string; fields: SchemaLine[] }[];
  types: SchemaLine[];
}

/** Types within types go no deeper than this. */
const DEEPEST = 50;
const OPERATIONS = ['query', 'mutation', 'subscription'];

/**
 * Reads a schema in GraphQL's definition language (its specification, 3).
 * @throws Error with the line where it is wrong
 */
export function readGraphql(text: string): GraphqlDocument {
  const reader = readerOf(tokensOf(text));
  const types = new Map<string, GraphqlType>();
  const roots = new Map(OPERATIONS.map(kind => [kind, `${kind[0]?.toUpperCase()}${kind.slice(1)}`]));
  while (!reader.isAtEnd()) {
    const description = reader.description();
    const isExtension = reader.skip('extend');
    const word = reader.name();
    if (!KINDS.includes(word)) {
      const read = Object.hasOwn(OTHERS, word) ? OTHERS[word] : undefined;
      if (!read)
        throw reader.wrong(`${JSON.stringify(word)}: ${KINDS.join(', ')}, directive or schema is expected`);
      read(reader, roots);
      continue;
    }
    const read = typeOf(reader, word, description);
    const known = isExtension ? types.get(read.line.name) : undefined;
    known?.fields.push(...read.fields);
    if (!known) types.set(read.line.name, read);
  }
  const isRoot = (name: string) => [...roots.values()].includes(name);
  return {
    operations: [...roots].flatMap(([kind, name]) => {
      const fields = types.get(name)?.fields ?? [];
      return fields.length > 0 ? [{ kind, fields }] : [];
    }),
    types: [...types.values()]
      .filter(({ line }) => !isRoot(line.name))
      .map(({ line, fields }) => ({ ...line, inside: fields })),
  };
}

const KINDS = ['type', 'interface', 'input', 'enum', 'union', 'scalar'];

interface GraphqlType {
  line: SchemaLine;
  fields: SchemaLine[];
}

/** Definitions that make no type. */
const OTHERS: Record<string, (reader: Reader, roots: Map<string, string>) => void> = {
  schema: rootsOf,
  directive,
};

type Reader = ReturnType<typeof readerOf>;

function readerOf(tokens: Token[]) {
  let at = 0;
  const now = (): Token => tokens[at] ?? { kind: 'end', text: '', line: 0 };
  const wrong = (message: string) => new Error(`line ${now().line}: ${message}`);
  const is = (text: string) => now().text === text && now().kind !== 'string';
  const skip = (text: string): boolean => {
    if (!is(text)) return false;
    at++;
    return true;
  };
  return {
    wrong,
    is,
    skip,
    isAtEnd: () => now().kind === 'end',
    expect: (text: string) => {
      if (!skip(text)) throw wrong(`${JSON.stringify(text)} is expected, not ${JSON.stringify(now().text)}`);
    },
    name: (): string => {
      const { kind, text } = now();
      if (kind !== 'name') throw wrong(`a name is expected, not ${JSON.stringify(text)}`);
      at++;
      return text;
    },
    /** Any one token. */
    any: (): string => {
      const { kind, text } = now();
      if (kind === 'end') throw wrong('it ends too early');
      at++;
      return kind === 'string' ? JSON.stringify(text) : text;
    },
    description: (): string => {
      if (now().kind !== 'string') return '';
      at++;
      return tokens[at - 1]?.text ?? '';
    },
  };
}

/** `schema { query: Root }` */
function rootsOf(reader: Reader, roots: Map<string, string>): void {
  directives(reader);
  reader.expect('{');
  while (!reader.skip('}')) {
    const kind = reader.name();
    reader.expect(':');
    roots.set(kind, reader.name());
  }
}

/** A directive's own definition is not shown. */
function directive(reader: Reader): void {
  reader.expect('@');
  reader.name();
  if (reader.is('(')) membersOf(reader, '(', ')');
  reader.skip('repeatable');
  reader.expect('on');
  reader.skip('|');
  do reader.name();
  while (reader.skip('|'));
}

function typeOf(reader: Reader, word: string, description: string): GraphqlType {
  const line: SchemaLine = { name: reader.name(), type: word, required: false, description, inside: [] };
  if (reader.skip('implements')) line.type = `${word} implements ${namesOf(reader, '&')}`;
  directives(reader);
  if (word === 'union' && reader.skip('=')) line.type = `union: ${namesOf(reader, '|')}`;
  if (word === 'enum' && reader.is('{')) return { line, fields: valuesOf(reader) };
  return { line, fields: reader.is('{') ? membersOf(reader, '{', '}') : [] };
}

function namesOf(reader: Reader, between: string): string {
  reader.skip(between);
  const names = [reader.name()];
  while (reader.skip(between)) names.push(reader.name());
  return names.join(between === '|' ? ' or ' : ', ');
}

function valuesOf(reader: Reader): SchemaLine[] {
  reader.expect('{');
  const values: SchemaLine[] = [];
  while (!reader.skip('}')) {
    const description = reader.description();
    const name = reader.name();
    values.push({ name, type: '', required: false, description, inside: [], deprecated: directives(reader) });
  }
  return values;
}

/** Fields of a type, or arguments of a field. */
function membersOf(reader: Reader, open: string, close: string): SchemaLine[] {
  reader.expect(open);
  const members: SchemaLine[] = [];
  while (!reader.skip(close)) {
    const description = reader.description();
    const name = reader.name();
    const inside = reader.is('(') ? membersOf(reader, '(', ')') : [];
    reader.expect(':');
    const type = reference(reader, 0);
    const value = reader.skip('=') ? ` = ${writtenValue(reader, 0)}` : '';
    const deprecated = directives(reader);
    members.push({ name, type: `${type}${value}`, required: false, description, inside, deprecated });
  }
  return members;
}

/** `[Pet!]!` */
function reference(reader: Reader, depth: number): string {
  if (depth > DEEPEST) throw reader.wrong('lists stand too deep within each other');
  if (!reader.skip('[')) return `${reader.name()}${reader.skip('!') ? '!' : ''}`;
  const inner = reference(reader, depth + 1);
  reader.expect(']');
  return `[${inner}]${reader.skip('!') ? '!' : ''}`;
}

/** A default value or an argument, as it is written. */
function writtenValue(reader: Reader, depth: number): string {
  if (depth > DEEPEST) throw reader.wrong('values stand too deep within each other');
  for (const [open, close] of [
    ['[', ']'],
    ['{', '}'],
  ] as const) {
    if (!reader.skip(open)) continue;
    const parts: string[] = [];
    while (!reader.skip(close)) {
      const part = writtenValue(reader, depth + 1);
      parts.push(open === '{' && reader.skip(':') ? `${part}: ${writtenValue(reader, depth + 1)}` : part);
    }
    return `${open}${parts.join(', ')}${close}`;
  }
  const sign = reader.skip('$') ? '$' : '';
  return `${sign}${reader.any()}`;
}

/** Reads directives; says whether `@deprecated` is among them. */
function directives(reader: Reader): boolean {
  let deprecated = false;
  while (reader.skip('@')) {
    deprecated = reader.name() === 'deprecated' || deprecated;
    if (!reader.skip('(')) continue;
    while (!reader.skip(')')) {
      reader.name();
      reader.expect(':');
      writtenValue(reader, 0);
    }
  }
  return deprecated;
}
