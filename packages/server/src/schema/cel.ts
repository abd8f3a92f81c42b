import type { Json } from '@slipway/api';
import { celCompiler } from './cel-environment.ts';
import { fieldOf, itemOf } from './lookup.ts';
import type { Schema, ValidationRule } from './schema.ts';
import { isValues } from './value.ts';

/** A rule ready to run, or why it cannot be. */
export interface CompiledRule {
  /** Set when the rule needs something this server does not have; it is then not evaluated. */
  unsupported?: string;
  /** Set when the rule is no CEL, or names what is not there; its CRD is refused. */
  wrong?: string;
  /** True for rules about changes. */
  readsOld: boolean;
  run(self: unknown, oldSelf: unknown): unknown;
}

const expressionOf = celCompiler(['self', 'oldSelf']);

const compiled = new WeakMap<ValidationRule, CompiledRule>();

/** Compiles a rule of `x-kubernetes-validations` once. */
export function compileRule(rule: ValidationRule): CompiledRule {
  const known = compiled.get(rule);
  if (known) return known;
  const made = compile(rule);
  compiled.set(rule, made);
  return made;
}

function compile({ rule }: ValidationRule): CompiledRule {
  const readsOld = /\boldSelf\b/.test(rule);
  const { run, ...problem } = expressionOf(rule);
  return { ...problem, readsOld, run: (self, oldSelf) => run({ self, oldSelf }) };
}

const RESERVED = new Set(
  `true false null in as break const continue else for function if import let loop package namespace return
  var void while`.split(/\s+/),
);

/** Name of a field in rules: words of the language and characters it does not know are written differently. */
function escaped(name: string): string {
  if (RESERVED.has(name)) return `__${name}__`;
  return name
    .replaceAll('__', '__underscores__')
    .replaceAll('.', '__dot__')
    .replaceAll('-', '__dash__')
    .replaceAll('/', '__slash__');
}

/** A JSON value as CEL has it: integers are ints, by the schema where it says so. */
export function toCel(value: unknown, schema: Schema): unknown {
  if (typeof value === 'number') return numberOf(value, schema);
  if (Array.isArray(value)) return value.map(item => toCel(item, itemOf(schema)));
  if (!isValues(value)) return value;
  const entries = Object.entries(value).flatMap(([name, part]): [string, unknown][] => {
    const converted = toCel(part, fieldOf(schema, name) ?? {});
    const other = schema.properties ? escaped(name) : name;
    return other === name
      ? [[name, converted]]
      : [
          [name, converted],
          [other, converted],
        ];
  });
  return Object.fromEntries(entries);
}

function numberOf(value: number, schema: Schema): unknown {
  const isDouble = schema.type === 'number' || !Number.isSafeInteger(value);
  return isDouble ? value : BigInt(value);
}

/** What an expression gave, as JSON: ints and doubles are numbers. */
export function fromCel(value: unknown): Json {
  if (typeof value === 'bigint') return Number(value);
  if (Array.isArray(value)) return value.map(fromCel);
  if (value instanceof Map) return fromCel(Object.fromEntries(value));
  if (isValues(value))
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, fromCel(part)]));
  return value as Json;
}
