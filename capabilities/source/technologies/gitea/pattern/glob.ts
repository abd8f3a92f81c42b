import { compile, type Node, type Pattern } from './pattern.ts';

const anything: Node = { node: 'repeat', part: { node: 'one', fits: () => true }, least: 0, most: undefined };

/** One character, exactly. */
function literal(character: string): Node {
  return { node: 'one', fits: other => other === character };
}

/**
 * A shell pattern: `*` and `?` stay between separators, `**` crosses them; `[a-z]`, `[!a]`, `{a,b}`, `\` as usual. It
 * has to fit the whole text.
 * @throws SyntaxError for brackets without an end
 */
export function glob(source: string, separators = '/'): Pattern {
  return compile({ node: 'all', parts: globNodes(source, separators) });
}

/** Nodes of a shell pattern, for patterns made of one and more. */
export function globNodes(source: string, separators = '/'): Node[] {
  const parts: Node[] = [];
  for (let at = 0; at < source.length; ) {
    const { part, length } = nodeAt(source, at, separators);
    parts.push(part);
    at += length;
  }
  return parts;
}

function nodeAt(source: string, at: number, separators: string): { part: Node; length: number } {
  const character = source[at] ?? '';
  const within = (other: string) => !separators.includes(other);
  if (source.startsWith('**/', at) && (at === 0 || source[at - 1] === '/'))
    return {
      part: { node: 'repeat', part: { node: 'all', parts: [anything, literal('/')] }, least: 0, most: 1 },
      length: 3,
    };
  if (source.startsWith('**', at)) return { part: anything, length: 2 };
  if (character === '*')
    return {
      part: { node: 'repeat', part: { node: 'one', fits: within }, least: 0, most: undefined },
      length: 1,
    };
  if (character === '?') return { part: { node: 'one', fits: within }, length: 1 };
  if (character === '[') {
    const end = source.indexOf(']', at + 2);
    if (end < 0) throw new SyntaxError('missing "]"');
    return { part: { node: 'one', fits: oneOf(source.slice(at + 1, end)) }, length: end + 1 - at };
  }
  if (character === '{') return choiceAt(source, at, separators);
  if (character === '\\') return { part: literal(source[at + 1] ?? '\\'), length: 2 };
  return { part: literal(character), length: 1 };
}

function choiceAt(source: string, at: number, separators: string): { part: Node; length: number } {
  const end = source.indexOf('}', at);
  if (end < 0) throw new SyntaxError('missing "}"');
  const choices = source.slice(at + 1, end).split(',');
  const parts = choices.map((choice): Node => ({ node: 'all', parts: globNodes(choice, separators) }));
  return { part: { node: 'any', parts }, length: end + 1 - at };
}

function oneOf(text: string): (character: string) => boolean {
  const negated = /^[!^]/.test(text);
  const inside = negated ? text.slice(1) : text;
  const ranges = [...inside.matchAll(/(.)-(.)|(.)/gs)];
  return character => {
    const found = ranges.some(([, from, to, one]) =>
      one === undefined ? character >= (from ?? '') && character <= (to ?? '') : character === one,
    );
    return found !== negated;
  };
}
