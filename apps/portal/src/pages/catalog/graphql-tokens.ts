export interface Token {
  /** `text` holds what a string says, without its quotes. */
  kind: 'name' | 'mark' | 'string' | 'number' | 'end';
  text: string;
  line: number;
}

/** Longer definitions are not read. */
const MOST = 2_000_000;
const NAME = /[_A-Za-z][_0-9A-Za-z]*/y;
const NUMBER = /-?\d+(\.\d+)?([eE][+-]?\d+)?/y;
const MARK = /\.\.\.|[!$&()=:@[\]{}|]/y;
const BLOCK = /"""((?:\\"""|[^"]|"(?!""))*)"""/y;
const STRING = /"((?:\\.|[^"\\\n])*)"/y;
/** White space, commas and comments mean nothing (GraphQL, 2.1.7). */
const NOTHING = /(?:[\s,\uFEFF]|#[^\n]*)+/y;

/** Words and marks of a GraphQL document (its specification, 2.1). @throws Error with the line */
export function tokensOf(text: string): Token[] {
  if (text.length > MOST) throw new Error(`it is longer than ${MOST} characters`);
  const tokens: Token[] = [];
  let [at, line] = [0, 1];
  const take = (pattern: RegExp): RegExpExecArray | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (!found) return undefined;
    at += found[0].length;
    return found;
  };
  while (at < text.length) {
    const nothing = take(NOTHING);
    if (nothing) {
      line += linesIn(nothing[0]);
      continue;
    }
    const start = line;
    const block = take(BLOCK);
    const string = block ?? take(STRING);
    if (string) {
      line += linesIn(string[0]);
      tokens.push({
        kind: 'string',
        text: block ? dedented(string[1] ?? '') : (string[1] ?? ''),
        line: start,
      });
      continue;
    }
    const name = take(NAME);
    const number = name ? undefined : take(NUMBER);
    const found = name ?? number ?? take(MARK);
    if (!found) throw new Error(`line ${line}: ${JSON.stringify(text[at])} is not expected`);
    tokens.push({ kind: name ? 'name' : number ? 'number' : 'mark', text: found[0], line });
  }
  return [...tokens, { kind: 'end', text: '', line }];
}

function linesIn(text: string): number {
  return text.split('\n').length - 1;
}

/** A block string without the indentation that all its lines have (GraphQL, 2.9.4). */
function dedented(text: string): string {
  const lines = text.replaceAll('\\"""', '"""').split('\n');
  const indents = lines
    .slice(1)
    .flatMap(line => (line.trim() === '' ? [] : [/^\s*/.exec(line)?.[0].length ?? 0]));
  const indent = Math.min(...indents, Number.MAX_SAFE_INTEGER);
  return lines
    .map((line, index) => (index === 0 ? line : line.slice(indent)))
    .join('\n')
    .trim();
}
