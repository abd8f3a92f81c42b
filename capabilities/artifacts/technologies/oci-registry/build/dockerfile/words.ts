import { refuse } from './parse.ts';

export type Variables = ReadonlyMap<string, string>;

/**
 * Expands `$x`, `${x}`, `${x:-word}`, `${x-word}`, `${x:+word}`, `${x+word}`, `${x:?word}`, `${x#pattern}`… and removes
 * quotes and escapes (Docker's reference, "Environment replacement").
 */
export function expand(text: string, variables: Variables, line: number): string {
  return splitWords(text, variables, line, false)[0] ?? '';
}

/** As `expand`, split at unquoted white space. */
export function expandWords(text: string, variables: Variables, line: number): string[] {
  return splitWords(text, variables, line, true);
}

interface Reader {
  text: string;
  at: number;
  variables: Variables;
  line: number;
}

function splitWords(text: string, variables: Variables, line: number, isSplit: boolean): string[] {
  const reader: Reader = { text, at: 0, variables, line };
  const words: string[] = [];
  let word: string | undefined;
  while (reader.at < text.length) {
    const character = text[reader.at] ?? '';
    if (isSplit && /\s/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
      reader.at++;
      continue;
    }
    word = (word ?? '') + readPiece(reader);
  }
  if (word !== undefined) words.push(word);
  return words;
}

function readPiece(reader: Reader): string {
  const character = reader.text[reader.at] ?? '';
  if (character === "'") return readSingle(reader);
  if (character === '"') return readDouble(reader);
  if (character === '$') return readVariable(reader);
  reader.at++;
  if (character !== '\\') return character;
  const next = reader.text[reader.at++];
  return next ?? '\\';
}

function readSingle(reader: Reader): string {
  const end = reader.text.indexOf("'", reader.at + 1);
  if (end < 0) throw refuse(reader.line, 'a single quote is not closed');
  const value = reader.text.slice(reader.at + 1, end);
  reader.at = end + 1;
  return value;
}

function readDouble(reader: Reader): string {
  let value = '';
  for (reader.at++; reader.at < reader.text.length; ) {
    const character = reader.text[reader.at];
    if (character === '"') {
      reader.at++;
      return value;
    }
    if (character === '\\' && /["$\\]/.test(reader.text[reader.at + 1] ?? '')) {
      value += reader.text[reader.at + 1];
      reader.at += 2;
      continue;
    }
    value += character === '$' ? readVariable(reader) : reader.text[reader.at++];
  }
  throw refuse(reader.line, 'a double quote is not closed');
}

function readVariable(reader: Reader): string {
  const { text, variables, line } = reader;
  const plain = /^\$([A-Za-z_]\w*)/.exec(text.slice(reader.at));
  if (plain) {
    reader.at += plain[0].length;
    return variables.get(plain[1] ?? '') ?? '';
  }
  if (text[reader.at + 1] !== '{') {
    reader.at++;
    return '$';
  }
  const end = closingBrace(text, reader.at + 1);
  if (end < 0) throw refuse(line, `"\${" is not closed`);
  const inside = text.slice(reader.at + 2, end);
  reader.at = end + 1;
  return substitute(inside, reader);
}

function closingBrace(text: string, open: number): number {
  let depth = 0;
  for (let at = open; at < text.length; at++) {
    if (text[at] === '\\') at++;
    if (text[at] === '{') depth++;
    if (text[at] === '}' && --depth === 0) return at;
  }
  return -1;
}

function substitute(inside: string, { variables, line }: Reader): string {
  const match = /^([A-Za-z_]\w*)(?:(:?[-+?])([\s\S]*)|(##?|%%?|\/\/?)[\s\S]*)?$/.exec(inside);
  if (!match) throw refuse(line, `unsupported variable "\${${inside}}"`);
  const [, name = '', operator, word = '', pattern] = match;
  if (pattern) throw refuse(line, `"\${${inside}}": removing or replacing a pattern is not supported`);
  const value = variables.get(name);
  const isSet = operator?.startsWith(':') ? Boolean(value) : value !== undefined;
  switch (operator?.at(-1)) {
    case '-':
      return isSet ? (value ?? '') : expand(word, variables, line);
    case '+':
      return isSet ? expand(word, variables, line) : '';
    case '?':
      if (isSet) return value ?? '';
      throw refuse(line, `${name}: ${expand(word, variables, line) || 'is not set'}`);
    default:
      return value ?? '';
  }
}

/** `a=b "c d"=e`, or the old form `a rest of line` (ENV and LABEL). */
export function pairs(text: string, variables: Variables, line: number): [string, string][] {
  const words = rawWords(text);
  const first = words[0] ?? '';
  if (!/^(?:[^=\s"']|"[^"]*"|'[^']*')+=/.test(first)) {
    const rest = text.slice(first.length).trim();
    if (rest === '') throw refuse(line, `${JSON.stringify(text)} must be name=value`);
    return [[expand(first, variables, line), expand(rest, variables, line)]];
  }
  return words.map(word => {
    const equals = word.indexOf('=');
    if (equals < 1) throw refuse(line, `${JSON.stringify(word)} must be name=value`);
    return [expand(word.slice(0, equals), variables, line), expand(word.slice(equals + 1), variables, line)];
  });
}

/** Splits at unquoted white space and changes nothing. */
function rawWords(text: string): string[] {
  return text.match(/(?:\\[\s\S]|"(?:\\[\s\S]|[^"\\])*"|'[^']*'|[^\s"'\\]|["'\\])+/g) ?? [];
}
