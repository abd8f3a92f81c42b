/** Go's `syntax error in pattern`. */
export class BadPattern extends Error {
  constructor() {
    super('syntax error in pattern');
    this.name = 'BadPattern';
  }
}

/**
 * Go's `filepath.Match`: `*` and `?` stay within one path segment, `[^a-z]` is a class, a backslash takes the meaning
 * of the next character. It never backtracks further than one star, so it is linear times stars.
 * @throws BadPattern
 */
export function matchesPath(pattern: string, name: string): boolean {
  let [rest, left] = [[...pattern], [...name]];
  while (rest.length > 0) {
    const { star, chunk, after } = nextChunk(rest);
    rest = after;
    if (star && chunk.length === 0) return !left.includes('/');
    const direct = matchChunk(chunk, left);
    if (direct && (direct.length === 0 || rest.length > 0)) {
      left = direct;
      continue;
    }
    const later = star ? matchLater(chunk, left, rest.length === 0) : undefined;
    if (!later) return false;
    left = later;
  }
  return left.length === 0;
}

/** Tries the chunk at each later place within this segment; what is left behind it, or undefined. */
function matchLater(chunk: string[], name: string[], isLast: boolean): string[] | undefined {
  for (let at = 0; at < name.length && name[at] !== '/'; at++) {
    const left = matchChunk(chunk, name.slice(at + 1));
    if (!left || (isLast && left.length > 0)) continue;
    return left;
  }
  return undefined;
}

function nextChunk(pattern: string[]): { star: boolean; chunk: string[]; after: string[] } {
  let start = 0;
  while (pattern[start] === '*') start++;
  let inRange = false;
  let end = start;
  for (; end < pattern.length; end++) {
    const char = pattern[end];
    if (char === '\\') end++;
    if (char === '[') inRange = true;
    if (char === ']') inRange = false;
    if (char === '*' && !inRange) break;
  }
  end = Math.min(end, pattern.length);
  return { star: start > 0, chunk: pattern.slice(start, end), after: pattern.slice(end) };
}

/** What is left of `name` behind the chunk; undefined when it does not match, found out after reading all of the chunk. */
function matchChunk(chunk: string[], name: string[]): string[] | undefined {
  let failed = false;
  let at = 0;
  for (let index = 0; index < chunk.length; index++) {
    if (!failed && at >= name.length) failed = true;
    const char = chunk[index];
    if (char === '[') {
      const { end, matched } = matchClass(chunk, index, failed ? undefined : name[at]);
      index = end;
      if (!matched) failed = true;
      at++;
      continue;
    }
    if (char === '\\') index++;
    if (index >= chunk.length) throw new BadPattern();
    const fits = char === '?' ? name[at] !== '/' : chunk[index] === name[at];
    if (!fits) failed = true;
    at++;
  }
  return failed ? undefined : name.slice(at);
}

function matchClass(
  chunk: string[],
  start: number,
  char: string | undefined,
): { end: number; matched: boolean } {
  let index = start + 1;
  const negated = chunk[index] === '^';
  if (negated) index++;
  const code = char?.codePointAt(0) ?? -1;
  let matched = false;
  for (let ranges = 0; ; ranges++) {
    if (chunk[index] === ']' && ranges > 0) break;
    const low = classCharacter(chunk, index);
    index = low.next;
    let high = low;
    if (chunk[index] === '-') {
      high = classCharacter(chunk, index + 1);
      index = high.next;
    }
    if (low.code <= code && code <= high.code) matched = true;
  }
  return { end: index, matched: matched !== negated };
}

function classCharacter(chunk: string[], at: number): { code: number; next: number } {
  let index = at;
  const first = chunk[index];
  if (first === undefined || first === '-' || first === ']') throw new BadPattern();
  if (first === '\\') index++;
  const char = chunk[index];
  // A class that is not closed is a mistake, too.
  if (char === undefined || index + 1 >= chunk.length) throw new BadPattern();
  return { code: char.codePointAt(0) ?? 0, next: index + 1 };
}
