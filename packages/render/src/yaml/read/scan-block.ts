import { CODE, END, type Source } from './source.ts';

interface Header {
  chomping: '' | '+' | '-';
  increment: number;
}

/** A scalar behind `|` or `>`; `parent` is the indentation of what it stands in. */
export function scanBlock(source: Source, parent: number): string {
  const { line } = source;
  const isLiteral = source.code() === CODE.pipe;
  source.at++;
  const { chomping, increment } = header(source);
  source.skipBlanks();
  if (source.code() === CODE.hash) source.skipToBreak();
  if (!source.isBreakOrEnd()) throw source.problem('did not find expected comment or line break');
  if (source.isBreak()) source.readBreak();
  const given = increment === 0 ? 0 : Math.max(parent, 0) + increment;
  let { breaks, indent } = emptyLines(source, { given, parent, line });
  let value = '';
  let last = '';
  let startsBlank = false;
  while (source.column === indent && source.code() !== END) {
    const isBlank = source.isBlank();
    const folds = !isLiteral && !startsBlank && !isBlank && last.startsWith('\n');
    if (!folds) value += last;
    if (folds && breaks === '') value += ' ';
    value += breaks;
    startsBlank = isBlank;
    const start = source.at;
    source.skipToBreak();
    value += source.text.slice(start, source.at);
    last = source.isBreak() ? source.readBreak() : '';
    ({ breaks, indent } = emptyLines(source, { given: indent, parent, line }));
  }
  if (chomping !== '-') value += last;
  if (chomping === '+') value += breaks;
  return value;
}

/** `+`, `-` and a digit, in any order. */
function header(source: Source): Header {
  let chomping = signOf(source);
  const increment = digitOf(source);
  if (chomping === '' && increment > 0) chomping = signOf(source);
  return { chomping, increment };
}

function signOf(source: Source): Header['chomping'] {
  const code = source.code();
  if (code !== CODE.plus && code !== CODE.dash) return '';
  source.at++;
  return code === CODE.plus ? '+' : '-';
}

function digitOf(source: Source): number {
  const code = source.code();
  if (code < CODE.zero || code > CODE.nine) return 0;
  if (code === CODE.zero) throw source.problem('found an indentation indicator equal to 0');
  source.at++;
  return code - CODE.zero;
}

/** Empty lines before the next one with text; finds the indentation out when it is not given (0). */
function emptyLines(
  source: Source,
  { given, parent, line }: { given: number; parent: number; line: number },
): { breaks: string; indent: number } {
  let breaks = '';
  let deepest = 0;
  for (;;) {
    while ((given === 0 || source.column < given) && source.code() === CODE.space) source.at++;
    deepest = Math.max(deepest, source.column);
    if ((given === 0 || source.column < given) && source.code() === CODE.tab)
      throw source.problem('found a tab character where an indentation space is expected', line);
    if (!source.isBreak()) break;
    breaks += source.readBreak();
  }
  return { breaks, indent: given === 0 ? Math.max(deepest, parent + 1, 1) : given };
}
