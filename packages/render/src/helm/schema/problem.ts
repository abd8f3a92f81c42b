import { quote } from '../../go-template/quote.ts';

/** What is wrong with a value, in the words of the library Helm checks with (santhosh-tekuri/jsonschema 6). */
export interface Problem {
  /** Keys and indexes from the root of the values. */
  at: string[];
  text: string;
  causes: Problem[];
  /** `group`: several problems of one place. `reference`: what a `$ref` led to; with one cause it is not shown itself. */
  kind?: 'group' | 'reference';
}

/** One line per problem, causes indented below. */
export function problemText(problems: Problem[]): string {
  return problems
    .map(problem => lines(problem, 1))
    .join('')
    .slice(1);
}

function lines(problem: Problem, indent: number): string {
  const isSkipped = problem.kind === 'reference' && problem.causes.length === 1;
  const own = isSkipped
    ? ''
    : `\n${'  '.repeat(indent - 1)}- at ${quoted(pointer(problem.at))}: ${problem.text}`;
  return own + problem.causes.map(cause => lines(cause, isSkipped ? indent : indent + 1)).join('');
}

function pointer(path: string[]): string {
  return path.map(key => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** `'it\'s'` */
export function quoted(text: string): string {
  return `'${quote(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}

/** A value in a sentence. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return quoted(value);
  if (value === null) return '<nil>';
  return typeof value === 'object' ? 'value' : String(value);
}

const SUPERSCRIPT = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/** A number as Go's English printer writes it: `65,535`, `1×10³⁰`. */
export function number(value: number): string {
  const exponent = value === 0 ? 0 : Math.floor(Math.log10(Math.abs(value)));
  if (exponent < 21 && exponent >= -4)
    return value.toLocaleString('en-US', { maximumFractionDigits: 20, maximumSignificantDigits: 17 });
  const [mantissa = '', power = ''] = value.toExponential().split('e');
  const digits = power
    .replace('+', '')
    .replace('-', '⁻')
    .replace(/[0-9]/g, digit => SUPERSCRIPT[Number(digit)] ?? '');
  return `${mantissa}×10${digits}`;
}
