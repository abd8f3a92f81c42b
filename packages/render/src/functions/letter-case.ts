// Go maps one rune to one rune; JavaScript knows letters that become two.

const ASCII = /^[\0-\x7f]*$/;
/** `unicode.IsSpace`. */
export const SPACE = /[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;
const EDGES = new RegExp(`^${SPACE.source}+|${SPACE.source}+$`, 'g');
const UPPER = /\p{Lu}/u;
const LOWER = /\p{Ll}/u;
const TITLE = /\p{Lt}/u;

export function isSpace(rune: string): boolean {
  return SPACE.test(rune);
}

export function isUpper(rune: string): boolean {
  return UPPER.test(rune);
}

export function trimSpace(text: string): string {
  return text.replace(EDGES, '');
}

export function upperRune(rune: string): string {
  const upper = rune.toUpperCase();
  return isOneRune(upper) ? upper : rune;
}

export function lowerRune(rune: string): string {
  const lower = rune.toLowerCase();
  return isOneRune(lower) ? lower : rune === '\u0130' ? 'i' : rune;
}

function isOneRune(text: string): boolean {
  return text.length === 1 || (text.length === 2 && (text.codePointAt(0) ?? 0) > 0xffff);
}

const DIGRAPHS: Record<string, string> = { Ǆ: 'ǅ', ǆ: 'ǅ', Ǉ: 'ǈ', ǉ: 'ǈ', Ǌ: 'ǋ', ǌ: 'ǋ', Ǳ: 'ǲ', ǳ: 'ǲ' };

/** `unicode.ToTitle`. */
export function titleRune(rune: string): string {
  // Georgian has capitals, but no title case.
  if (TITLE.test(rune) || (rune >= '\u10d0' && rune <= '\u10ff')) return rune;
  return DIGRAPHS[rune] ?? upperRune(rune);
}

export function toUpper(text: string): string {
  return ASCII.test(text) ? text.toUpperCase() : Array.from(text, upperRune).join('');
}

export function toLower(text: string): string {
  return ASCII.test(text) ? text.toLowerCase() : Array.from(text, lowerRune).join('');
}

/** `strings.Title`: a letter after what is no letter, digit or underscore becomes large. */
export function toTitle(text: string): string {
  let before = ' ';
  return Array.from(text, rune => {
    const starts = isSeparator(before);
    before = rune;
    return starts ? titleRune(rune) : rune;
  }).join('');
}

function isSeparator(rune: string): boolean {
  if (rune <= '\x7f') return !/[0-9A-Za-z_]/.test(rune);
  return !/[\p{L}\p{Nd}]/u.test(rune) && isSpace(rune);
}

/** goutils' `SwapCase`: small letters after a space take their title case. */
export function swapCase(text: string): string {
  let afterSpace = true;
  return Array.from(text, rune => {
    const first = afterSpace;
    if (UPPER.test(rune) || TITLE.test(rune)) {
      afterSpace = false;
      return lowerRune(rune);
    }
    if (!LOWER.test(rune)) {
      afterSpace = isSpace(rune);
      return rune;
    }
    afterSpace = false;
    return first ? titleRune(rune) : upperRune(rune);
  }).join('');
}

/** goutils' `Uncapitalize`: the first letter of each word becomes small. */
export function uncapitalize(text: string): string {
  let first = true;
  return Array.from(text, rune => {
    if (isSpace(rune)) {
      first = true;
      return rune;
    }
    const small = first ? lowerRune(rune) : rune;
    first = false;
    return small;
  }).join('');
}
