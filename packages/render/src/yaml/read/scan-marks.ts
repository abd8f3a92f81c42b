import { CODE, type Source } from './source.ts';

const WORD = /[0-9A-Za-z_-]*/y;
const URI = /[0-9A-Za-z_\-;/?:@&=+$,.!~*'()[\]%]*/y;
const BEHIND_ANCHOR = '?:,]}%@`';

function take(source: Source, pattern: RegExp): string {
  pattern.lastIndex = source.at;
  const [found = ''] = pattern.exec(source.text) ?? [];
  source.at += found.length;
  return found;
}

/** The name behind `&` or `*`. */
export function scanAnchor(source: Source): string {
  source.at++;
  const name = take(source, WORD);
  const isEnded = source.isBlankOrEnd() || BEHIND_ANCHOR.includes(source.text[source.at] ?? ' ');
  if (name === '' || !isEnded) throw source.problem('did not find expected alphabetic or numeric character');
  return name;
}

/** `!`, `!!str`, `!e!x`, `!<tag:…>`; a handle of nothing means that the suffix is the whole tag. */
export function scanTag(source: Source): { handle: string; suffix: string } {
  const tag = source.code(1) === CODE.less ? verbatimTag(source) : shortTag(source);
  if (!source.isBlankOrEnd()) throw source.problem('did not find expected whitespace or line break');
  return tag;
}

function verbatimTag(source: Source): { handle: string; suffix: string } {
  source.at += 2;
  const suffix = scanUri(source, '');
  if (source.code() !== CODE.greater) throw source.problem("did not find the expected '>'");
  source.at++;
  return { handle: '', suffix };
}

function shortTag(source: Source): { handle: string; suffix: string } {
  const handle = scanHandle(source, false);
  if (handle.length > 1 && handle.endsWith('!')) return { handle, suffix: scanUri(source, '') };
  const suffix = scanUri(source, handle);
  return suffix === '' ? { handle: '', suffix: '!' } : { handle: '!', suffix };
}

function scanHandle(source: Source, isDirective: boolean): string {
  if (source.code() !== CODE.exclamation) throw source.problem("did not find expected '!'");
  source.at++;
  const handle = `!${take(source, WORD)}`;
  if (source.code() === CODE.exclamation) {
    source.at++;
    return `${handle}!`;
  }
  if (isDirective && handle !== '!') throw source.problem("did not find expected '!'");
  return handle;
}

function scanUri(source: Source, head: string): string {
  const uri = head.slice(1) + take(source, URI);
  if (uri === '' && head === '') throw source.problem('did not find expected tag URI');
  try {
    return decodeURIComponent(uri);
  } catch {
    throw source.problem('did not find URI escaped octet');
  }
}

/** `%YAML 1.1` or `%TAG ! tag:…`, to the end of its line. */
export function scanDirective(source: Source): { name: 'YAML' | 'TAG'; value: string; suffix: string } {
  source.at++;
  const name = take(source, WORD);
  if (name === '') throw source.problem('could not find expected directive name');
  if (!source.isBlankOrEnd()) throw source.problem('found unexpected non-alphabetical character');
  if (name !== 'YAML' && name !== 'TAG') throw source.problem('found unknown directive name');
  source.skipBlanks();
  const found = name === 'YAML' ? { value: scanVersion(source), suffix: '' } : scanTagDirective(source);
  source.skipBlanks();
  if (source.code() === CODE.hash) source.skipToBreak();
  if (!source.isBreakOrEnd()) throw source.problem('did not find expected comment or line break');
  if (source.isBreak()) source.readBreak();
  return { name, ...found };
}

const DIGITS = /[0-9]*/y;

function scanVersion(source: Source): string {
  const major = scanNumber(source);
  if (source.code() !== CODE.dot) throw source.problem("did not find expected digit or '.' character");
  source.at++;
  return `${major}.${scanNumber(source)}`;
}

function scanNumber(source: Source): number {
  const digits = take(source, DIGITS);
  if (digits.length > 2) throw source.problem('found extremely long version number');
  if (digits === '') throw source.problem('did not find expected version number');
  return Number(digits);
}

function scanTagDirective(source: Source): { value: string; suffix: string } {
  const value = scanHandle(source, true);
  if (!source.isBlank()) throw source.problem('did not find expected whitespace');
  source.skipBlanks();
  const suffix = scanUri(source, '');
  if (!source.isBlankOrEnd()) throw source.problem('did not find expected whitespace or line break');
  return { value, suffix };
}
