import { compile, type Node, type Pattern } from './pattern.ts';

/** Longest expression that is taken. */
const MOST = 500;
const MOST_REPEATS = 50;
const CLASSES: Record<string, RegExp> = { d: /\d/, D: /\D/, w: /\w/, W: /\W/, s: /\s/, S: /\S/ };

/**
 * The regular expressions of CODEOWNERS files: literals, `.`, classes, groups, `|`, `* + ? {n,m}`. It has to fit the
 * whole text.
 * @throws SyntaxError for what is wrong or not supported (backreferences, look-around, `\b`)
 */
export function regularExpression(source: string): Pattern {
  if (source.length > MOST) throw new SyntaxError(`longer than ${MOST} characters`);
  const reader = { text: source.replace(/^\^/, '').replace(/(?<!\\)\$$/, ''), at: 0 };
  const node = alternatives(reader);
  if (reader.at < reader.text.length) throw new SyntaxError(`unexpected ")" at ${reader.at}`);
  return compile(node);
}

interface Reader {
  text: string;
  at: number;
}

const peek = (reader: Reader) => reader.text[reader.at];

function alternatives(reader: Reader): Node {
  const parts: Node[] = [sequence(reader)];
  while (peek(reader) === '|') {
    reader.at++;
    parts.push(sequence(reader));
  }
  return parts.length === 1 ? (parts[0] ?? { node: 'all', parts: [] }) : { node: 'any', parts };
}

function sequence(reader: Reader): Node {
  const parts: Node[] = [];
  for (let next = peek(reader); next !== undefined && next !== '|' && next !== ')'; next = peek(reader))
    parts.push(repeated(reader, atom(reader)));
  return { node: 'all', parts };
}

function atom(reader: Reader): Node {
  const character = reader.text[reader.at++] ?? '';
  if (character === '.') return { node: 'one', fits: () => true };
  if (character === '[') return { node: 'one', fits: characterClass(reader) };
  if (character === '\\') return { node: 'one', fits: escaped(reader) };
  if (character === '(') return group(reader);
  if ('*+?{'.includes(character)) throw new SyntaxError(`nothing to repeat before "${character}"`);
  if (character === '^' || character === '$') throw new SyntaxError(`"${character}" is not supported here`);
  return { node: 'one', fits: other => other === character };
}

function group(reader: Reader): Node {
  if (peek(reader) === '?') {
    if (reader.text.slice(reader.at, reader.at + 2) !== '?:')
      throw new SyntaxError('"(?" is not supported but as "(?:"');
    reader.at += 2;
  }
  const inside = alternatives(reader);
  if (reader.text[reader.at++] !== ')') throw new SyntaxError('missing ")"');
  return inside;
}

function escaped(reader: Reader): (character: string) => boolean {
  const character = reader.text[reader.at++];
  if (character === undefined) throw new SyntaxError('nothing behind "\\"');
  const known = CLASSES[character];
  if (known) return other => known.test(other);
  if (/[A-Za-z0-9]/.test(character)) throw new SyntaxError(`"\\${character}" is not supported`);
  return other => other === character;
}

function characterClass(reader: Reader): (character: string) => boolean {
  const negated = peek(reader) === '^';
  if (negated) reader.at++;
  const tests: ((character: string) => boolean)[] = [];
  for (let first = true; first || peek(reader) !== ']'; first = false) {
    const from = reader.text[reader.at++];
    if (from === undefined) throw new SyntaxError('missing "]"');
    if (from === '\\') {
      tests.push(escaped(reader));
      continue;
    }
    const to = reader.text[reader.at + 1];
    const isRange = peek(reader) === '-' && to !== undefined && to !== ']';
    if (isRange) reader.at += 2;
    tests.push(isRange ? other => other >= from && other <= to : other => other === from);
  }
  reader.at++;
  return character => tests.some(test => test(character)) !== negated;
}

function repeated(reader: Reader, part: Node): Node {
  const found = /^(?:[*+?]|\{(\d+)(?:(,)(\d*))?\})\??/.exec(reader.text.slice(reader.at));
  if (!found) return part;
  reader.at += found[0].length;
  const [whole, least = '', comma, most = ''] = found;
  if (whole.startsWith('*')) return { node: 'repeat', part, least: 0, most: undefined };
  if (whole.startsWith('+')) return { node: 'repeat', part, least: 1, most: undefined };
  if (whole.startsWith('?')) return { node: 'repeat', part, least: 0, most: 1 };
  return counted(part, Number(least), comma === undefined ? Number(least) : most);
}

function counted(part: Node, least: number, most: number | string): Node {
  const end = most === '' ? undefined : Number(most);
  if (Math.max(least, end ?? 0) > MOST_REPEATS)
    throw new SyntaxError(`more than ${MOST_REPEATS} repetitions are not supported`);
  const must: Node[] = Array.from({ length: least }, () => part);
  const may: Node[] =
    end === undefined
      ? [{ node: 'repeat', part, least: 0, most: undefined }]
      : Array.from({ length: Math.max(0, end - least) }, () => ({ node: 'repeat', part, least: 0, most: 1 }));
  return { node: 'all', parts: [...must, ...may] };
}
