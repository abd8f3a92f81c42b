import { fromBytes, toBytes } from '../go-template/go-string.ts';
import { isSpace } from './letter-case.ts';

// goutils looks at strings byte by byte; here each byte is one character of Latin-1.

const ASCII = /^[\0-\x7f]*$/;

function latin(text: string): string {
  return ASCII.test(text) ? text : Array.from(toBytes(text), byte => String.fromCharCode(byte)).join('');
}

function utf8(bytes: string): string {
  return ASCII.test(bytes) ? bytes : fromBytes(Uint8Array.from(bytes, byte => byte.charCodeAt(0)));
}

/** `Abbreviate`: at most `width` bytes with dots at the end. */
export function abbreviate(width: number, text: string): string {
  return width < 4 ? text : utf8(abbreviateFull(latin(text), 0, width));
}

/** `AbbreviateFull`: dots at both ends. */
export function abbreviateBoth(left: number, right: number, text: string): string {
  return right < 4 || (left > 0 && right < 7) ? text : utf8(abbreviateFull(latin(text), left, right));
}

function abbreviateFull(text: string, offset: number, width: number): string {
  if (text.length <= width) return text;
  const room = width - 3;
  let from = Math.min(offset, text.length);
  if (text.length - from < room) from = text.length - room;
  if (from <= 4) return `${text.slice(0, room)}...`;
  if (width < 7) return '';
  if (from + room >= text.length) return `...${text.slice(text.length - room)}`;
  // Too narrow a rest is an error that goutils does not look at.
  return `...${room < 4 ? '' : abbreviateFull(text.slice(from), 0, room)}`;
}

/** `DeleteWhiteSpace`: bytes that are no ASCII come out as Latin-1 when something was taken away. */
export function deleteWhiteSpace(text: string): string {
  const bytes = Array.from(latin(text));
  const kept = bytes.filter(byte => !isSpace(byte));
  return kept.length === bytes.length ? text : kept.join('');
}

/** `Initials`: the first byte of each word. */
export function initials(text: string): string {
  let afterGap = true;
  let out = '';
  for (const byte of latin(text)) {
    if (afterGap && !isSpace(byte)) out += byte;
    afterGap = isSpace(byte);
  }
  return out;
}

export interface Wrapping {
  width: number;
  newLine: string;
  /** Cut words that are longer than a line. */
  cutWords: boolean;
}

/** `WrapCustom`: lines of at most `width` bytes, broken at spaces. */
export function wrapText(text: string, { width: wanted, newLine, cutWords }: Wrapping): string {
  const line = latin(text);
  const width = Math.max(wanted, 1);
  const parts: string[] = [];
  let offset = 0;
  while (line.length - offset > width) {
    if (line[offset] === ' ') {
      offset++;
      continue;
    }
    const space = line.slice(offset, offset + width + 1).lastIndexOf(' ') + offset;
    const after = cutWords ? offset + width : line.indexOf(' ', offset + width);
    const end = space >= offset ? space : after;
    if (end < 0) break;
    parts.push(line.slice(offset, end));
    // A space at which a line ends goes; a word that is cut loses nothing.
    offset = space < offset && cutWords ? end : end + 1;
  }
  parts.push(line.slice(offset));
  return utf8(parts.join(latin(newLine === '' ? '\n' : newLine)));
}
