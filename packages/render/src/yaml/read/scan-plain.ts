import { CODE, END, isBreakCode, type Source } from './source.ts';

/** What stands around the scalar. */
export interface PlainPlace {
  /** Columns left of this one end it, outside of brackets. */
  indent: number;
  isFlow: boolean;
}

/** A scalar without quotes; `broken` is true when line breaks follow it. */
export function scanPlain(source: Source, place: PlainPlace): { value: string; broken: boolean } {
  let value = '';
  let gap = '';
  let broken = false;
  for (;;) {
    if (source.isDocumentMark() || source.code() === CODE.hash) break;
    const start = source.at;
    source.at = plainEnd(source.text, start, place.isFlow);
    if (source.at > start) {
      value += gap + source.text.slice(start, source.at);
      gap = '';
      broken = false;
    }
    if (!source.isBlank() && !source.isBreak()) break;
    const folded = scanGap(source, place.indent);
    gap = folded.text;
    broken = folded.broken;
    if (!place.isFlow && source.column < place.indent) break;
  }
  return { value, broken };
}

/** Where the run of characters without white space ends. */
function plainEnd(text: string, start: number, isFlow: boolean): number {
  for (let at = start; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code <= CODE.space) return at;
    if (code === CODE.colon) {
      if (at + 1 >= text.length) return at;
      const next = text.charCodeAt(at + 1);
      if (next <= CODE.space || isBreakCode(next)) return at;
      continue;
    }
    if (isFlow && isFlowMark(code)) return at;
    if (code >= 0x85 && isBreakCode(code)) return at;
  }
  return text.length;
}

function isFlowMark(code: number): boolean {
  return (
    code === CODE.comma ||
    code === CODE.question ||
    code === CODE.bracket ||
    code === CODE.bracketEnd ||
    code === CODE.brace ||
    code === CODE.braceEnd
  );
}

/** White space within a scalar: blanks stay, one break becomes a blank, more lose one. */
function scanGap(source: Source, indent: number): { text: string; broken: boolean } {
  const start = source.at;
  let first = '';
  let more = '';
  while (source.code() !== END) {
    if (source.isBlank()) {
      if (first !== '' && source.column < indent && source.code() === CODE.tab)
        throw source.problem('found a tab character that violates indentation');
      source.at++;
      continue;
    }
    if (!source.isBreak()) break;
    const text = source.readBreak();
    if (first !== '') more += text;
    if (first === '') first = text;
  }
  if (first === '') return { text: source.text.slice(start, source.at), broken: false };
  return { text: foldBreaks(first, more), broken: true };
}

/** YAML's line folding. */
export function foldBreaks(first: string, more: string): string {
  if (first !== '\n') return first + more;
  return more === '' ? ' ' : more;
}
