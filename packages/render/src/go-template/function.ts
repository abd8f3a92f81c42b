import { SlipwayError } from '@slipway/api';
import type { TemplateSet } from './template.ts';
import type { GoComplex, GoMap, GoValue } from './value.ts';

/**
 * A parameter's Go type: as `%T` prints it (`string`, `int`, `int64`, `[]string`, `time.Time`, `*chart.Chart`),
 * or short: `any` is `interface {}`, `map` is `map[string]interface {}`, `list` is `[]interface {}`.
 */
export type GoTypeName = keyof ArgumentTypes | (string & {});

interface ArgumentTypes {
  any: GoValue;
  string: string;
  bool: boolean;
  int: bigint;
  float64: number;
  complex128: GoComplex;
  map: GoMap;
  list: GoValue[];
  '[]string': string[];
  '[]interface {}': GoValue[];
  'map[string]interface {}': GoMap;
  '[]uint8': Uint8Array;
}

type Argument<T extends string> = T extends keyof ArgumentTypes ? ArgumentTypes[T] : GoValue;
type Arguments<In extends readonly string[]> = { [K in keyof In]: Argument<In[K]> };
type Rest<T extends string | undefined> = T extends string ? Argument<T>[] : [];

export interface Signature<In extends readonly string[], Variadic extends string | undefined> {
  readonly in: In;
  /** The type of each further argument, if there may be more. */
  readonly variadic?: Variadic;
  /** The type of the result; a nil pointer is a GoNil, a nil slice or map a `nilCollection`. */
  readonly out: GoTypeName;
}

/** What a function may ask of the execution that calls it: Helm's `include` and `tpl` live on this. */
export interface TemplateCall {
  /** The templates being executed, for `set.clone()` and `set.has(name)`. */
  readonly set: TemplateSet;
  /** The name of the template that is running (`Template.Name`). */
  readonly template: string;
  /** How many templates and calls deep this is. */
  readonly depth: number;
  /** What the execution may still use; a function that does much work spends steps here. */
  readonly budget: Budget;
  /**
   * Executes a template within this execution: its steps, output and depth count together. `set` is another
   * set, such as a clone into which `tpl` parsed; `template` a name in it, or what its `parse` gave. Throws
   * TemplateError as the engine words it.
   */
  execute(template: string | ParsedTemplate, data: GoValue, set?: TemplateSet): string;
}

/** A text that was parsed into a set (`TemplateSet.parse`). */
export interface ParsedTemplate {
  readonly name: string;
}

/** What one execution may use, counted down; see {@link TemplateLimits}. */
export interface Budget {
  /** The longest string a function may make, in characters (UTF-16 units). */
  readonly most: number;
  /** Throws a TemplateError with code `TemplateLimit` when fewer steps are left. */
  spend(steps: number): void;
  /** Throws the same when a value of so many characters would be too large. */
  size(characters: number): void;
}

export class GoFunction {
  /** Go types of the fixed parameters, written out. */
  readonly in: readonly string[];
  readonly variadic: string | undefined;
  readonly out: string;
  readonly call: (call: TemplateCall, args: GoValue[]) => GoValue;

  constructor(signature: Signature<readonly string[], string | undefined>, call: GoFunction['call']) {
    this.in = signature.in.map(writtenOut);
    this.variadic = signature.variadic === undefined ? undefined : writtenOut(signature.variadic);
    this.out = writtenOut(signature.out);
    this.call = call;
  }
}

/** The functions a template may call, by name. */
export type FunctionTable = Record<string, GoFunction>;

const SHORT: Record<string, string> = {
  any: 'interface {}',
  map: 'map[string]interface {}',
  list: '[]interface {}',
};

function writtenOut(type: string): string {
  return SHORT[type] ?? type;
}

/**
 * A template function with its Go signature, from which follow Go's conversions of arguments and Go's errors
 * for a wrong count or type. An error is thrown as {@link GoError}; the template's error then says
 * `error calling <name>: <message>`.
 * @example
 * goFunction({ in: ['int', 'string'], out: 'string' }, (count, text) => text.repeat(Number(count)));
 */
export function goFunction<
  const In extends readonly GoTypeName[],
  const Variadic extends GoTypeName | undefined = undefined,
>(
  signature: Signature<In, Variadic>,
  fn: (...args: [...Arguments<In>, ...Rest<Variadic>]) => GoValue,
): GoFunction {
  const untyped = fn as (...args: GoValue[]) => GoValue;
  return new GoFunction(signature, (_call, args) => untyped(...args));
}

/**
 * A template function that also gets the execution it is called from, as its first argument.
 * @example
 * contextFunction({ in: ['string', 'any'], out: 'string' }, (call, name, data) => call.execute(name, data));
 */
export function contextFunction<
  const In extends readonly GoTypeName[],
  const Variadic extends GoTypeName | undefined = undefined,
>(
  signature: Signature<In, Variadic>,
  fn: (call: TemplateCall, ...args: [...Arguments<In>, ...Rest<Variadic>]) => GoValue,
): GoFunction {
  const untyped = fn as (call: TemplateCall, ...args: GoValue[]) => GoValue;
  return new GoFunction(signature, (call, args) => untyped(call, ...args));
}

/** An error that a template function returns; also what a method with an error result throws. */
export class GoError extends SlipwayError {
  constructor(message: string, options?: { cause?: unknown }) {
    super('TemplateFunction', message, options);
    this.name = 'GoError';
  }
}
