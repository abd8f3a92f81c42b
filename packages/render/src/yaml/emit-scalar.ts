import type { Emitter } from './emitter.ts';

const ESCAPES: Record<string, string> = {
  '\0': '\\0',
  '\x07': '\\a',
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\v': '\\v',
  '\f': '\\f',
  '\r': '\\r',
  '\x1b': '\\e',
  '"': '\\"',
  '\\': '\\\\',
  '\u0085': '\\N',
  '\u00a0': '\\_',
  '\u2028': '\\L',
  '\u2029': '\\P',
};
const ESCAPED =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what a quoted text may hold is the matter here
  /["\\\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]|[\ud800-\udbff][\udc00-\udfff]|[\ud800-\udfff]/g;
const BREAKS = /([\r\n\u0085\u2028\u2029])/;

export function writePlain(out: Emitter, text: string, mayFold: boolean): void {
  if (!out.whitespace) out.put(' ');
  writeFolded(out, text, mayFold, at => text[at + 1] !== ' ');
  out.whitespace = false;
  out.indention = false;
}

/** A text of one line, broken at a single space beyond the emitter's width. */
function writeFolded(out: Emitter, text: string, mayFold: boolean, fits: (at: number) => boolean): void {
  if (!mayFold || out.column + text.length <= out.width || !text.includes(' ')) {
    out.put(text);
    return;
  }
  let from = 0;
  let spaces = false;
  for (let at = 0; at < text.length; at++) {
    if (text[at] !== ' ') {
      spaces = false;
      continue;
    }
    out.put(text.slice(from, at));
    from = at;
    if (!spaces && out.column > out.width && fits(at)) {
      out.indention = false;
      out.writeIndent();
      from = at + 1;
    }
    spaces = true;
  }
  out.put(text.slice(from));
}

/** Lines of a single-quoted text end in other breaks than `\n`: go-yaml takes a text with those as a literal. */
export function writeSingleQuoted(out: Emitter, text: string, mayFold: boolean): void {
  out.writeIndicator("'", true);
  const quoted = text.replaceAll("'", "''");
  const last = quoted.length - 1;
  let broken = false;
  let offset = 0;
  for (const part of BREAKS.test(text) ? quoted.split(BREAKS) : [quoted]) {
    const start = offset;
    offset += part.length;
    if (part === '') continue;
    if (BREAKS.test(part)) {
      out.putBreak(part);
      out.indention = true;
      broken = true;
      continue;
    }
    if (broken) out.writeIndent();
    // Neither the first nor the last character of the whole text is a place to fold at.
    writeFolded(out, part, mayFold, at => start + at > 0 && start + at < last && part[at + 1] !== ' ');
    out.indention = false;
    broken = false;
  }
  closeQuote(out, "'");
}

function closeQuote(out: Emitter, quote: string): void {
  out.writeIndicator(quote, false);
  out.whitespace = false;
  out.indention = false;
}

export function writeDoubleQuoted(out: Emitter, text: string, mayFold: boolean): void {
  out.writeIndicator('"', true);
  // go-yaml looks for a byte order mark at the start of the text, whichever character it is at.
  const inside = text.startsWith('\ufeff') ? text.replace(/./gsu, escaped) : text.replace(ESCAPED, escaped);
  if (!mayFold || out.column + inside.length <= out.width || !inside.includes(' ')) out.put(inside);
  else writeFoldedQuoted(out, text);
  closeQuote(out, '"');
}

function escaped(character: string): string {
  const known = ESCAPES[character];
  if (known !== undefined) return known;
  const code = character.codePointAt(0) ?? 0;
  if (code <= 0xff) return `\\x${hex(code, 2)}`;
  return code <= 0xffff ? `\\u${hex(code, 4)}` : `\\U${hex(code, 8)}`;
}

function hex(code: number, digits: number): string {
  return code.toString(16).toUpperCase().padStart(digits, '0');
}

function writeFoldedQuoted(out: Emitter, text: string): void {
  const last = text.length - 1;
  let spaces = false;
  for (let at = 0; at < text.length; at++) {
    const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
    if (character === ' ' && !spaces && out.column > out.width && at > 0 && at < last) {
      out.indention = false;
      out.writeIndent();
      // A line cannot start with a space unless it is marked.
      if (text[at + 1] === ' ') out.put('\\');
    } else {
      out.put(character === ' ' ? ' ' : character.replace(ESCAPED, escaped));
    }
    spaces = character === ' ';
    at += character.length - 1;
  }
}

export function writeLiteral(out: Emitter, text: string): void {
  out.writeIndicator(`|${literalHints(text)}`, true);
  out.putBreak();
  out.indention = true;
  out.whitespace = true;
  let broken = true;
  for (const part of text.split(BREAKS)) {
    if (part === '') continue;
    if (BREAKS.test(part)) {
      out.putBreak(part);
      out.indention = true;
      broken = true;
      continue;
    }
    if (broken) out.writeIndent();
    out.put(part);
    out.indention = false;
    broken = false;
  }
}

/** `2` when the first line starts with a space, `-` without a line break at the end, `+` with more than one. */
function literalHints(text: string): string {
  const indent = /^[ \r\n\u0085\u2028\u2029]/.test(text) ? '2' : '';
  if (!/[\r\n\u0085\u2028\u2029]$/.test(text)) return `${indent}-`;
  return /(^|[\r\n\u0085\u2028\u2029])[\r\n\u0085\u2028\u2029]$/.test(text) ? `${indent}+` : indent;
}
