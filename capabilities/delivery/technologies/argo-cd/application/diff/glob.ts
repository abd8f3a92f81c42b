/**
 * Whether a text fits a pattern as Argo CD's globs have it (gobwas/glob without separators): `*` and `**` are any text,
 * `?` any character, `[a-z]` and `[!a-z]` one of a set, `{a,b}` one of several. Linear in pattern and text.
 */
export function globMatches(pattern: string, text: string): boolean {
  if (pattern === text || pattern === '*') return true;
  if (pattern.length > MOST_CHARACTERS) return false;
  return alternatives(pattern).some(each => fits(each, text));
}

const MOST_CHARACTERS = 512;
const MOST_ALTERNATIVES = 64;

/** `a{b,c}d` as `abd` and `acd`. */
function alternatives(pattern: string): string[] {
  const found = /^(.*?)\{([^{}]*)\}(.*)$/s.exec(pattern);
  if (!found) return [pattern];
  const [, before = '', inner = '', after = ''] = found;
  return inner
    .split(',')
    .flatMap(each => alternatives(`${before}${each}${after}`))
    .slice(0, MOST_ALTERNATIVES);
}

/** The tokens that may come next, moved along the text. */
function fits(pattern: string, text: string): boolean {
  const tokens = pattern.match(/\*+|\[!?[^\]]+\]|\\.|./gsu) ?? [];
  let at = skipStars(new Set([0]), tokens);
  for (const character of text) {
    const next = new Set<number>();
    for (const index of at) {
      const token = tokens[index];
      if (token === undefined) continue;
      if (token.startsWith('*')) next.add(index);
      if (!token.startsWith('*') && fitsOne(token, character)) next.add(index + 1);
    }
    at = skipStars(next, tokens);
    if (at.size === 0) return false;
  }
  return at.has(tokens.length);
}

function skipStars(at: Set<number>, tokens: string[]): Set<number> {
  for (const index of at) if (tokens[index]?.startsWith('*')) at.add(index + 1);
  return at;
}

function fitsOne(token: string, character: string): boolean {
  if (token === '?') return true;
  if (token.startsWith('\\')) return token.slice(1) === character;
  if (!token.startsWith('[') || token.length < 3) return token === character;
  const negated = token[1] === '!';
  const inner = [...token.slice(negated ? 2 : 1, -1)];
  const has = inner.some((each, index) => {
    const end = inner[index + 2];
    if (inner[index + 1] === '-' && end !== undefined) return each <= character && character <= end;
    return each === character;
  });
  return has !== negated;
}
