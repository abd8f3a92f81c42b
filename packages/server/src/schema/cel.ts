import { isIP } from 'node:net';
import { Environment } from '@marcbachmann/cel-js';
import { messageOf } from '@slipway/api';
import { RE2JS } from 're2js';
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

const LIMITS = { maxAstNodes: 20_000, maxDepth: 200, maxListElements: 1000, maxMapEntries: 1000 };

const environment = new Environment({
  unlistedVariablesAreDyn: false,
  enableOptionalTypes: true,
  homogeneousAggregateLiterals: false,
  limits: LIMITS,
})
  .registerVariable('self', 'dyn')
  .registerVariable('oldSelf', 'dyn')
  .registerFunction('isIP(string): bool', (text: string) => isIP(text) !== 0)
  .registerFunction('isURL(string): bool', (text: string) => URL.canParse(text))
  .registerFunction('string.find(string): string', (text: string, pattern: string) => find(text, pattern))
  .registerFunction('string.replace(string, string): string', (text: string, from: string, to: string) =>
    text.replaceAll(from, to),
  )
  .registerFunction('string.charAt(int): string', (text: string, at: bigint) => text.charAt(Number(at)));

function find(text: string, pattern: string): string {
  const matcher = RE2JS.compile(pattern).matcher(text);
  return matcher.find() ? (matcher.group() ?? '') : '';
}

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
  const never = { readsOld, run: () => true };
  try {
    const parsed = environment.parse(prepared(rule));
    const { valid, error } = parsed.check();
    if (!valid) return { ...never, ...complaint(messageOf(error)) };
    return { readsOld, run: (self, oldSelf) => parsed({ self, oldSelf }) };
  } catch (error) {
    return { ...never, ...complaint(messageOf(error)) };
  }
}

/** A function this library lacks may be one of Kubernetes' own; everything else is the author's mistake. */
function complaint(message: string): { unsupported: string } | { wrong: string } {
  const [first = ''] = message.split('\n');
  return /no matching overload|[Ff]unction|has\(\)/.test(first) ? { unsupported: first } : { wrong: message };
}

/**
 * The library knows `has()` only of plain chains: `has(self[0].matches)` is written with an optional field instead.
 * Regular expressions go to RE2, for the patterns and the texts are other people's.
 */
function prepared(rule: string): string {
  return rule.replace(/\bhas\(((?:[\w.]+\[[^\]]+\])+(?:\.\w+)*)\.(\w+)\)/g, '$1.?$2.hasValue()');
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
