// One value under one verb, as fmt/print.go prints it.
import type { GoFunction } from '../function.ts';
import { fromBytes } from '../go-string.ts';
import { sortedKeys } from '../sorted-keys.ts';
import { LimitError } from '../template-error.ts';
import { typeName } from '../type-name.ts';
import {
  collectionType,
  GoComplex,
  type GoMap,
  GoNamed,
  GoNil,
  GoStruct,
  type GoValue,
  isGoMap,
  methodsOf,
  SizedInt,
} from '../value.ts';
import { formatFloat } from './format-float.ts';
import { formatInteger, formatQuotedRune, formatRune, formatUnicode } from './format-integer.ts';
import { formatHex, formatQuoted, formatString } from './format-text.ts';
import { type Flags, noFlags, pad } from './padding.ts';

const BASE: Record<string, number> = { d: 10, v: 10, b: 2, o: 8, O: 8, x: 16, X: 16 };
const FLOAT_PRECISION: Record<string, number | undefined> = { e: 6, E: 6, f: 6, F: 6 };
/** Where Go prints an address, which is another one in every run. */
const ADDRESS = '0xc000000000';

export class Printer {
  flags: Flags = noFlags();
  readonly #most: number;
  #written = 0;
  #erroring = false;

  /** `most`: how many characters may be printed in all. */
  constructor(most: number) {
    this.#most = most;
  }

  /** Counts what was printed; throws TemplateError (code `TemplateLimit`) when it is too much. */
  count(text: string): string {
    this.#written += text.length;
    if (this.#written <= this.#most) return text;
    throw new LimitError('output', '', `printing more than ${this.#most} characters`);
  }

  /** An argument of Printf or Print. */
  argument(value: GoValue, verb: string): string {
    if (value === null || value === undefined)
      return verb === 'T' || verb === 'v' ? pad('<nil>', this.flags) : `%!${verb}(<nil>)`;
    if (verb === 'T') return formatString(typeName(value), this.flags);
    if (verb === 'p') return this.#pointer(value, verb);
    if (value instanceof Uint8Array) return this.#bytes(value, verb, '[]byte');
    return this.#handled(value, verb) ?? this.#value(value, verb, 0);
  }

  /** What a value's own `Error` or `String` method prints, if it has one and the verb takes text. */
  #handled(value: GoValue, verb: string): string | undefined {
    if (this.#erroring || typeof value !== 'object') return undefined;
    if (verb === 'w') return this.#bad(value, verb);
    if (this.flags.sharpV || !'vsxXq'.includes(verb)) return undefined;
    const text = textOf(value);
    return text === undefined ? undefined : this.#string(text, verb);
  }

  /** A value inside another: nothing but a nil looks different there. */
  #element(value: GoValue, verb: string, depth: number): string {
    if (value === null || value === undefined) return this.flags.sharpV ? 'interface {}(nil)' : '<nil>';
    return this.#handled(value, verb) ?? this.#value(value, verb, depth);
  }

  #value(value: GoValue, verb: string, depth: number): string {
    switch (typeof value) {
      case 'string':
        return this.#string(value, verb);
      case 'boolean':
        return this.#boolean(value, value, verb);
      case 'bigint':
        return this.#integer(value, value, verb);
      case 'number':
        return this.#float(value, value, verb);
    }
    if (value instanceof SizedInt) return this.#integer(value.value, value, verb);
    if (value instanceof GoNamed) return this.#named(value, verb, depth);
    if (value instanceof GoComplex) return this.#complex(value, verb);
    if (value instanceof GoStruct) return this.#struct(value, verb, depth);
    if (Array.isArray(value)) return this.#slice(value, verb, depth);
    if (value instanceof Uint8Array) return this.#byteSlice(value, verb, depth);
    if (isGoMap(value)) return this.#map(value, verb, depth);
    return this.#pointer(value, verb);
  }

  #bad(value: GoValue, verb: string): string {
    this.#erroring = true;
    const text = `%!${verb}(${typeName(value)}=${this.argument(value, 'v')})`;
    this.#erroring = false;
    return text;
  }

  #boolean(value: boolean, original: GoValue, verb: string): string {
    return verb === 't' || verb === 'v' ? pad(String(value), this.flags) : this.#bad(original, verb);
  }

  #string(text: string, verb: string, original: GoValue = text): string {
    if (verb === 's' || (verb === 'v' && !this.flags.sharpV)) return formatString(text, this.flags);
    if (verb === 'q' || verb === 'v') return formatQuoted(text, this.flags);
    if (verb === 'x' || verb === 'X') return formatHex(text, verb, this.flags);
    return this.#bad(original, verb);
  }

  #integer(value: bigint, original: GoValue, verb: string): string {
    const isUnsigned = original instanceof SizedInt && original.kind.startsWith('u');
    if (verb === 'v' && this.flags.sharpV && isUnsigned)
      return formatInteger(value, 16, 'x', { ...this.flags, sharp: true });
    const base = BASE[verb];
    if (base) return formatInteger(value, base, verb, this.flags);
    if (verb === 'c') return formatRune(value, this.flags);
    if (verb === 'q') return formatQuotedRune(value, this.flags);
    return verb === 'U' ? formatUnicode(value, this.flags) : this.#bad(original, verb);
  }

  #float(value: number, original: GoValue, verb: string): string {
    if (!'vbgGxXfFeE'.includes(verb)) return this.#bad(original, verb);
    const shown = verb === 'v' ? 'g' : verb.replace('F', 'f');
    return formatFloat(value, shown, this.flags, FLOAT_PRECISION[verb]);
  }

  #complex(value: GoComplex, verb: string): string {
    if (!'vbgGxXfFeE'.includes(verb)) return this.#bad(value, verb);
    const real = this.#float(value.real, value, verb);
    const flags = this.flags;
    this.flags = { ...flags, plus: true };
    const imaginary = this.#float(value.imaginary, value, verb);
    this.flags = flags;
    return `(${real}${imaginary}i)`;
  }

  /** A named type prints as what it is made of; only its name differs where the type is shown. */
  #named(named: GoNamed, verb: string, depth: number): string {
    const { value } = named;
    if (typeof value === 'bigint' || value instanceof SizedInt)
      return this.#integer(value instanceof SizedInt ? value.value : value, named, verb);
    if (typeof value === 'number') return this.#float(value, named, verb);
    if (typeof value === 'string') return this.#string(value, verb, named);
    if (typeof value === 'boolean') return this.#boolean(value, named, verb);
    return this.#value(value, verb, depth);
  }

  #bytes(bytes: Uint8Array, verb: string, type: string): string {
    if (verb === 's') return formatString(fromBytes(bytes), this.flags);
    if (verb === 'q') return formatQuoted(fromBytes(bytes), this.flags);
    if (verb === 'x' || verb === 'X') return formatHex(bytes, verb, this.flags);
    if (verb !== 'v' && verb !== 'd') return this.#byteSlice(bytes, verb, 0);
    const numbers = [...bytes].map(BigInt);
    if (!this.flags.sharpV)
      return `[${numbers.map(each => formatInteger(each, 10, verb, this.flags)).join(' ')}]`;
    const flags = { ...this.flags, sharp: true };
    return `${type}{${numbers.map(each => formatInteger(each, 16, 'x', flags)).join(', ')}}`;
  }

  /** Bytes that are no argument of their own but part of a value. */
  #byteSlice(bytes: Uint8Array, verb: string, depth: number): string {
    if ('sqxX'.includes(verb)) return this.#bytes(bytes, verb, '[]uint8');
    const elements = [...bytes].map(byte =>
      this.#value(new SizedInt('uint8', BigInt(byte)), verb, depth + 1),
    );
    return this.flags.sharpV ? `[]uint8{${elements.join(', ')}}` : `[${elements.join(' ')}]`;
  }

  #slice(values: GoValue[], verb: string, depth: number): string {
    const { name, isNil } = collectionType(values);
    if (this.flags.sharpV && isNil) return `${name}(nil)`;
    const elements = values.map(value => this.count(this.#element(value, verb, depth + 1)));
    return this.flags.sharpV ? `${name}{${elements.join(', ')}}` : `[${elements.join(' ')}]`;
  }

  #map(map: GoMap, verb: string, depth: number): string {
    const { name, isNil } = collectionType(map);
    if (this.flags.sharpV && isNil) return `${name}(nil)`;
    const entries = sortedKeys(map).map(
      key => `${this.#string(key, verb)}:${this.count(this.#element(map[key], verb, depth + 1))}`,
    );
    return this.flags.sharpV ? `${name}{${entries.join(', ')}}` : `map[${entries.join(' ')}]`;
  }

  #struct(struct: GoStruct, verb: string, depth: number): string {
    if (struct.pointer && depth > 0) return this.#pointer(struct, verb);
    const { plusV, sharpV } = this.flags;
    const fields = Object.keys(struct.type.fields).map(name => {
      const text = this.#element(struct.fields[name], verb, depth + 1);
      return this.count(plusV || sharpV ? `${name}:${text}` : text);
    });
    const pointer = struct.pointer ? '&' : '';
    return `${pointer}${sharpV ? struct.type.name : ''}{${fields.join(sharpV ? ', ' : ' ')}}`;
  }

  /** Pointers, functions and, with `%p`, whatever has an address. */
  #pointer(value: GoValue, verb: string): string {
    const hasAddress =
      typeof value === 'object' &&
      value !== null &&
      !(value instanceof SizedInt) &&
      !(value instanceof GoComplex);
    if (!hasAddress || value instanceof GoNamed || (value instanceof GoStruct && !value.pointer))
      return this.#bad(value, verb);
    const isNil = value instanceof GoNil || isNilCollection(value);
    if (verb === 'v' && this.flags.sharpV) return `(${typeName(value)})(${isNil ? 'nil' : ADDRESS})`;
    if (verb === 'v' && isNil) return pad('<nil>', this.flags);
    const flags = { ...this.flags, sharp: !this.flags.sharp };
    const address = isNil ? 0n : BigInt(ADDRESS);
    if (verb === 'v' || verb === 'p') return formatInteger(address, 16, 'x', flags);
    return 'bodxX'.includes(verb) ? this.#integer(address, value, verb) : this.#bad(value, verb);
  }
}

/** What a value's `Error` or else `String` method says. */
function textOf(value: GoValue): string | undefined {
  const methods = methodsOf(value);
  const method = methods && (methods.Error ?? methods.String);
  if (!method) return undefined;
  const fn: GoFunction = method(value);
  if (fn.in.length > 0 || fn.out !== 'string') return undefined;
  // Such a method asks nothing of the execution it is called from.
  const text = fn.call(undefined as never, []);
  return typeof text === 'string' ? text : undefined;
}

function isNilCollection(value: GoValue): boolean {
  return (Array.isArray(value) || isGoMap(value)) && collectionType(value).isNil === true;
}
