// A format with its verbs, as fmt/print.go's doPrintf reads it.
import { typeName } from '../type-name.ts';
import { GoNamed, type GoValue, SizedInt } from '../value.ts';
import { noFlags } from './padding.ts';
import type { Printer } from './printer.ts';

/** Widths and precisions beyond this are none. */
const MOST = 1_000_000;
const FLAG: Record<string, 'sharp' | 'zero' | 'plus' | 'minus' | 'space'> = {
  '#': 'sharp',
  '0': 'zero',
  '+': 'plus',
  '-': 'minus',
  ' ': 'space',
};

export class Verbs {
  readonly #format: string;
  readonly #args: readonly GoValue[];
  readonly #printer: Printer;
  #at = 0;
  #argument = 0;
  /** An index such as `[2]` was used somewhere. */
  #reordered = false;
  #goodIndex = true;
  #afterIndex = false;

  constructor(format: string, args: readonly GoValue[], printer: Printer) {
    this.#format = format;
    this.#args = args;
    this.#printer = printer;
  }

  print(): string {
    let out = '';
    while (this.#at < this.#format.length) {
      const percent = this.#format.indexOf('%', this.#at);
      const end = percent < 0 ? this.#format.length : percent;
      out += this.#printer.count(this.#format.slice(this.#at, end));
      this.#at = end;
      if (percent >= 0) out += this.#printer.count(this.#verb());
    }
    return out + this.#extra();
  }

  #verb(): string {
    this.#at++;
    this.#goodIndex = true;
    this.#afterIndex = false;
    this.#printer.flags = noFlags();
    this.#flags();
    this.#index();
    const problems = this.#width() + this.#precision();
    if (!this.#afterIndex) this.#index();
    const code = this.#format.codePointAt(this.#at);
    if (code === undefined) return `${problems}%!(NOVERB)`;
    const verb = String.fromCodePoint(code);
    this.#at += verb.length;
    return problems + this.#print(verb);
  }

  #print(verb: string): string {
    if (verb === '%') return '%';
    if (!this.#goodIndex) return `%!${verb}(BADINDEX)`;
    if (this.#argument >= this.#args.length) return `%!${verb}(MISSING)`;
    if (verb === 'v' || verb === 'w') {
      const { flags } = this.#printer;
      this.#printer.flags = { ...flags, sharpV: flags.sharp, plusV: flags.plus, sharp: false, plus: false };
    }
    return this.#printer.argument(this.#args[this.#argument++], verb);
  }

  #flags(): void {
    for (; ; this.#at++) {
      const flag = FLAG[this.#format[this.#at] ?? ''];
      if (!flag) return;
      this.#printer.flags[flag] = true;
    }
  }

  /** `[3]`: which argument is next, from 1. */
  #index(): void {
    this.#afterIndex = false;
    if (this.#format[this.#at] !== '[') return;
    this.#reordered = true;
    const close = this.#format.indexOf(']', this.#at);
    const digits = /^[0-9]+$/.exec(this.#format.slice(this.#at + 1, Math.max(close, 0)))?.[0];
    const number = digits === undefined ? undefined : bounded(digits);
    // Without a bracket at the end, or too short for one, only the opening bracket is skipped.
    this.#at = close < 0 || this.#format.length - this.#at < 3 ? this.#at + 1 : close + 1;
    if (number !== undefined && number >= 1 && number <= this.#args.length) {
      this.#argument = number - 1;
      this.#afterIndex = true;
      return;
    }
    this.#goodIndex = false;
    this.#afterIndex = number !== undefined;
  }

  /** What is wrong with the width, or nothing. */
  #width(): string {
    const { flags } = this.#printer;
    if (this.#format[this.#at] === '*') {
      this.#at++;
      this.#afterIndex = false;
      const width = this.#integer();
      if (width === undefined) return '%!(BADWIDTH)';
      flags.width = Math.abs(width);
      if (width < 0) {
        flags.minus = true;
        flags.zero = false;
      }
      return '';
    }
    flags.width = this.#number();
    if (this.#afterIndex && flags.width !== undefined) this.#goodIndex = false;
    return '';
  }

  #precision(): string {
    const { flags } = this.#printer;
    if (this.#format[this.#at] !== '.' || this.#at + 1 >= this.#format.length) return '';
    this.#at++;
    if (this.#afterIndex) this.#goodIndex = false;
    this.#index();
    if (this.#format[this.#at] === '*') {
      this.#at++;
      this.#afterIndex = false;
      const precision = this.#integer();
      flags.precision = precision !== undefined && precision >= 0 ? precision : undefined;
      return flags.precision === undefined ? '%!(BADPREC)' : '';
    }
    flags.precision = this.#number() ?? 0;
    return '';
  }

  #number(): number | undefined {
    const digits = /^[0-9]+/.exec(this.#format.slice(this.#at, this.#at + 40))?.[0];
    if (digits === undefined) return undefined;
    const value = bounded(digits);
    this.#at = value === undefined ? this.#format.length : this.#at + digits.length;
    return value;
  }

  /** The next argument as a width or precision; undefined when it is no integer or too large. */
  #integer(): number | undefined {
    if (this.#argument >= this.#args.length) return undefined;
    const value = this.#args[this.#argument++];
    const whole = value instanceof GoNamed ? value.value : value;
    const number = whole instanceof SizedInt ? whole.value : whole;
    if (typeof number !== 'bigint' || number > MOST || number < -MOST) return undefined;
    return Number(number);
  }

  #extra(): string {
    if (this.#reordered || this.#argument >= this.#args.length) return '';
    this.#printer.flags = noFlags();
    const extra = this.#args
      .slice(this.#argument)
      .map(value =>
        value === null || value === undefined
          ? '<nil>'
          : `${typeName(value)}=${this.#printer.argument(value, 'v')}`,
      );
    return this.#printer.count(`%!(EXTRA ${extra.join(', ')})`);
  }
}

function bounded(digits: string): number | undefined {
  const value = Number(digits);
  return value > MOST * 10 + 9 ? undefined : value;
}
