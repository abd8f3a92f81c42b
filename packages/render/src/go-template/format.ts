import { Printer } from './fmt/printer.ts';
import { Verbs } from './fmt/verbs.ts';
import { DEFAULT_LIMITS } from './limits.ts';
import { GoNamed, type GoValue } from './value.ts';

/**
 * `fmt.Sprintf`.
 * @example
 * formatGo('%05.1f|%q', 3.14159, 'a'); // 003.1|"a"
 */
export function formatGo(format: string, ...args: GoValue[]): string {
  return formatLimited(DEFAULT_LIMITS.output, format, args);
}

/** The same with at most so many characters; throws TemplateError (code `TemplateLimit`) beyond. */
export function formatLimited(most: number, format: string, args: readonly GoValue[]): string {
  return new Verbs(format, args, new Printer(most)).print();
}

/** `fmt.Sprint`: a space between two arguments when neither is a string. */
export function printGo(args: readonly GoValue[], most = DEFAULT_LIMITS.output): string {
  const [only] = args;
  if (args.length === 1 && typeof only === 'string') return only;
  const printer = new Printer(most);
  let out = '';
  for (const [index, value] of args.entries()) {
    if (index > 0 && !isString(value) && !isString(args[index - 1])) out += ' ';
    out += printer.count(printer.argument(value, 'v'));
  }
  return out;
}

/** `reflect.Kind` string: named string types, too. */
function isString(value: GoValue): boolean {
  return typeof value === 'string' || (value instanceof GoNamed && typeof value.value === 'string');
}

/** `fmt.Sprintln`: always spaces between, and a newline. */
export function printlnGo(args: readonly GoValue[], most = DEFAULT_LIMITS.output): string {
  const printer = new Printer(most);
  return `${args.map(value => printer.count(printer.argument(value, 'v'))).join(' ')}\n`;
}
