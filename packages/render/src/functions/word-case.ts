import { isSpace, isUpper, lowerRune, upperRune } from './letter-case.ts';

// xstrings' idea of words: letters, numbers, punctuation and connectors follow one another.

type WordKind = 'number' | 'upper' | 'letters' | 'connector' | 'punctuation' | 'other' | 'none';

interface Word {
  kind: WordKind;
  runes: string[];
}

const END: Word = { kind: 'none', runes: [] };
const PUNCTUATION = /\p{P}/u;
const NUMBER = /\p{N}/u;
const LETTER = /\p{L}/u;
/** Ideographs, which make no words. */
const IDEOGRAPH = /[\u4e00-\u9fcc\u3400-\u4d85\u{20000}-\u{2b81d}]/u;

function isConnector(rune: string): boolean {
  return rune === '-' || rune === '_' || isSpace(rune);
}

function kindOfRune(rune: string): WordKind {
  if (isConnector(rune)) return 'connector';
  if (PUNCTUATION.test(rune)) return 'punctuation';
  if (isUpper(rune)) return 'upper';
  if (LETTER.test(rune) && !IDEOGRAPH.test(rune)) return 'letters';
  return NUMBER.test(rune) ? 'number' : 'other';
}

function wordsOf(text: string): Word[] {
  const runes = Array.from(text);
  const kinds = runes.map(kindOfRune);
  const words: Word[] = [];
  for (let from = 0; from < runes.length; ) {
    const end = endOfWord(kinds, from);
    words.push({ kind: kinds[from] ?? 'none', runes: runes.slice(from, end) });
    from = end;
  }
  return words;
}

function endOfWord(kinds: WordKind[], from: number): number {
  const kind = kinds[from];
  let end = from + 1;
  if (kind !== 'upper') {
    while (end < kinds.length && kinds[end] === kind) end++;
    return end;
  }
  if (kinds[end] === 'letters') {
    while (kinds[end] === 'letters') end++;
    return end;
  }
  while (kinds[end] === 'upper') end++;
  // The last capital of several starts the next word.
  return kinds[end] === 'letters' && end - from > 1 ? end - 1 : end;
}

function isOneOf(word: Word, ...kinds: WordKind[]): boolean {
  return kinds.includes(word.kind);
}

/** `ToSnakeCase` with `_`, `ToKebabCase` with `-`. */
export function separateWords(text: string, connector: string): string {
  const words = wordsOf(text);
  let at = 0;
  let out = '';
  const current = () => words[at] ?? END;
  const write = (word: Word) => {
    out += isOneOf(word, 'upper', 'connector')
      ? word.runes.map(rune => (isConnector(rune) ? connector : lowerRune(rune))).join('')
      : word.runes.join('');
  };
  /** Letters and numbers that follow a number belong to it. */
  const writeRun = () => {
    for (; isOneOf(current(), 'letters', 'number'); at++) write(current());
    if (!isOneOf(current(), 'none', 'punctuation', 'connector')) out += connector;
  };
  while (at < words.length - 1) {
    const before = current();
    if (before.kind !== 'connector') write(before);
    at++;
    if (before.kind === 'number') writeRun();
    if (before.kind === 'connector') write(before);
    if (isOneOf(before, 'number', 'connector', 'punctuation')) continue;
    if (current().kind !== 'number') {
      if (!isOneOf(current(), 'connector', 'punctuation')) out += connector;
      continue;
    }
    if (at >= words.length - 1) continue;
    const number = current();
    at++;
    const lettersFollow = current().kind === 'letters';
    if (lettersFollow) out += connector;
    write(number);
    if (lettersFollow) writeRun();
    else if (!isOneOf(current(), 'connector', 'punctuation')) out += connector;
  }
  write(current());
  return out;
}

/** `ToPascalCase`: `http_server` is `HttpServer`; connectors at the start stay. */
export function pascalCase(text: string): string {
  const runes = Array.from(text);
  let at = runes.findIndex(rune => !isConnector(rune));
  // Nothing but connectors: the last comes twice.
  if (at < 0) return text === '' ? '' : text + (runes.at(-1) ?? '');
  let out = runes.slice(0, at).join('');
  let before = upperRune(runes[at] ?? '');
  let lowering = isUpper(runes[at] ?? '');
  for (at++; at < runes.length; at++) {
    let rune = runes[at] ?? '';
    if (isConnector(before) && !isConnector(rune)) {
      lowering = isUpper(rune);
      before = upperRune(rune);
      continue;
    }
    if (!isConnector(before) && lowering) {
      lowering = isUpper(rune);
      if (lowering) rune = lowerRune(rune);
    }
    out += before;
    before = rune;
  }
  return out + before;
}
