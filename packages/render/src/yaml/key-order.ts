import type { YamlDialect } from './plain-words.ts';

const LETTER = /\p{L}/u;
const DIGIT = /\p{Nd}/u;

function isLetter(code: number): boolean {
  if (code < 128) return (code >= 97 && code <= 122) || (code >= 65 && code <= 90);
  return LETTER.test(String.fromCodePoint(code));
}

function isDigit(code: number | undefined): boolean {
  if (code === undefined) return false;
  if (code < 128) return code >= 48 && code <= 57;
  return DIGIT.test(String.fromCodePoint(code));
}

/** The order in which go-yaml writes the keys of a map: numbers inside them count as numbers (`sorter.go`). */
export function compareKeys(left: string, right: string, dialect: YamlDialect = '1.1'): number {
  if (left === right) return 0;
  const shorter = Math.min(left.length, right.length);
  let same = 0;
  while (same < shorter && left.charCodeAt(same) === right.charCodeAt(same)) same++;
  if (same === shorter) return left.length - right.length;
  const [a, b] = [left.charCodeAt(same), right.charCodeAt(same)];
  // Most keys differ in a letter.
  if (a < 128 && b < 128 && isLetter(a) && isLetter(b)) return a - b;
  return compareRunes(Array.from(left, codeOf), Array.from(right, codeOf), dialect);
}

function codeOf(character: string): number {
  return character.codePointAt(0) ?? 0;
}

function compareRunes(left: number[], right: number[], dialect: YamlDialect): number {
  let at = 0;
  while (at < left.length && at < right.length && left[at] === right[at]) at++;
  const [a, b] = [left[at], right[at]];
  if (a === undefined || b === undefined) return left.length - right.length;
  const [aLetter, bLetter] = [isLetter(a), isLetter(b)];
  if (aLetter && bLetter) return a - b;
  if (aLetter || bLetter) {
    // Version 3 puts letters before what else follows a digit.
    const lettersFirst = dialect === '1.2' && isDigit(left[at - 1]);
    return aLetter === lettersFirst ? -1 : 1;
  }
  const start = startsInNumber(left, at, a, b) ? 1n : 0n;
  const [aEnd, aNumber] = numberFrom(left, at, start);
  const [bEnd, bNumber] = numberFrom(right, at, start);
  if (aNumber !== bNumber) return aNumber < bNumber ? -1 : 1;
  return aEnd === bEnd ? a - b : aEnd - bEnd;
}

/** A zero after a digit other than zero is no leading zero. */
function startsInNumber(runes: number[], at: number, a: number, b: number): boolean {
  if (a !== 48 && b !== 48) return false;
  for (let before = at - 1; before >= 0 && isDigit(runes[before]); before--)
    if (runes[before] !== 48) return true;
  return false;
}

function numberFrom(runes: number[], from: number, start: bigint): [end: number, value: bigint] {
  let [at, value] = [from, start];
  for (; isDigit(runes[at]); at++) value = BigInt.asIntN(64, value * 10n + BigInt((runes[at] ?? 0) - 48));
  return [at, value];
}
