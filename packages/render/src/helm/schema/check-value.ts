import { RE2JS } from 're2js';
import { FORMATS } from './formats.ts';
import { number, type Problem, quoted, shown } from './problem.ts';
import type { Schema, SchemaDocument } from './schema-document.ts';
import { SchemaRefused } from './schema-refused.ts';
import {
  equalValues,
  isMultiple,
  isObject,
  matchesType,
  numberOf,
  type SchemaObject,
  schemaMap,
  TYPES,
  texts,
  typeOf,
} from './values.ts';

/** Checks of one value against one schema; more are a schema made to take long. */
const MOST_CHECKS = 2_000_000;

/** What of a map or list no keyword has looked at yet; only kept where `unevaluated…` asks for it. */
type Open = Set<string> | undefined;

interface Outcome {
  problem: Problem | undefined;
  open: Open;
}

/** Checks values as santhosh-tekuri/jsonschema 6 does: what is asked first, and in which words it is told. */
export class ValueChecker {
  readonly #document: SchemaDocument;
  readonly #patterns = new Map<string, RE2JS>();
  #checks = 0;

  constructor(document: SchemaDocument) {
    this.#document = document;
  }

  /** @throws SchemaRefused */
  check(value: unknown): Problem[] {
    const { problem } = this.#check(this.#document.root, value, [], { trail: [], keeps: false });
    if (!problem) return [];
    return problem.kind === 'group' ? problem.causes : [problem];
  }

  #check(schema: Schema, value: unknown, at: string[], how: How): Outcome {
    if (++this.#checks > MOST_CHECKS) throw new SchemaRefused('values.schema.json asks for too many checks');
    const fail = (text: string): Outcome => ({ problem: { at, text, causes: [] }, open: undefined });
    if (schema === true || (isObject(schema) && Object.keys(schema).length === 0))
      return { problem: undefined, open: how.keeps ? keysOf(value) : undefined };
    if (schema === false) return fail('false schema');
    if (how.trail.includes(schema)) return fail('reference cycle');
    const first = this.#first(schema, value);
    if (first !== undefined) return fail(first);
    const wantsOpen =
      how.keeps || schema.unevaluatedProperties !== undefined || schema.unevaluatedItems !== undefined;
    const run = new Run(schema, value, at, {
      checker: (inner, innerValue, place, keeps, isSame) =>
        this.#check(inner, innerValue, place, {
          trail: isSame ? [...how.trail, schema] : [],
          keeps,
        }),
      resolve: reference => this.#document.resolve(schema, reference),
      pattern: source => this.#pattern(source),
      draft: this.#document.draft,
      open: wantsOpen ? keysOf(value) : undefined,
    });
    return run.outcome();
  }

  /** What ends the check of a value at once: type, const, enum, format. */
  #first(schema: SchemaObject, value: unknown): string | undefined {
    if (this.#document.draft < 2019 && typeof schema.$ref === 'string') return undefined;
    const types = texts(schema.type).filter(type => TYPES.includes(type));
    if (types.length > 0 && !types.some(type => matchesType(value, type)))
      return `got ${typeOf(value)}, want ${TYPES.filter(type => types.includes(type)).join(' or ')}`;
    if ('const' in schema && this.#document.draft >= 6 && !equalValues(value, schema.const))
      return typeof schema.const === 'object' && schema.const !== null
        ? "'const' failed"
        : `value must be ${shown(schema.const)}`;
    if (Array.isArray(schema.enum) && !schema.enum.some(each => equalValues(value, each)))
      return enumText(schema.enum);
    if (typeof schema.format !== 'string' || typeof value !== 'string' || this.#document.draft >= 2019)
      return undefined;
    const problem = schema.format === 'regex' ? patternProblem(value) : FORMATS[schema.format]?.(value);
    return problem === undefined ? undefined : `${quoted(value)} is not valid ${schema.format}: ${problem}`;
  }

  #pattern(source: string): RE2JS {
    const known = this.#patterns.get(source);
    if (known) return known;
    try {
      const compiled = RE2JS.compile(source);
      this.#patterns.set(source, compiled);
      return compiled;
    } catch (error) {
      throw new SchemaRefused(`invalid regex ${JSON.stringify(source)}: ${(error as Error).message}`);
    }
  }
}

interface How {
  /** Schemas that are being checked against the same value. */
  trail: Schema[];
  keeps: boolean;
}

function patternProblem(text: string): string | undefined {
  try {
    RE2JS.compile(text);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

function enumText(wanted: unknown[]): string {
  if (wanted.some(each => typeof each === 'object' && each !== null)) return "'enum' failed";
  const list = wanted.map(shown).join(', ');
  return wanted.length === 1 ? `value must be ${list}` : `value must be one of ${list}`;
}

function keysOf(value: unknown): Open {
  return typeof value === 'object' && value !== null ? new Set(Object.keys(value)) : undefined;
}

interface Tools {
  checker: (schema: Schema, value: unknown, at: string[], keeps: boolean, isSame: boolean) => Outcome;
  resolve: (reference: string) => Schema;
  pattern: (source: string) => RE2JS;
  draft: number;
  open: Open;
}

/** All keywords of one schema on one value. */
class Run {
  readonly #schema: SchemaObject;
  readonly #value: unknown;
  readonly #at: string[];
  readonly #tools: Tools;
  readonly #problems: Problem[] = [];

  constructor(schema: SchemaObject, value: unknown, at: string[], tools: Tools) {
    this.#schema = schema;
    this.#value = value;
    this.#at = at;
    this.#tools = tools;
  }

  outcome(): Outcome {
    const { draft } = this.#tools;
    this.#reference('$ref');
    if (draft >= 2019 || typeof this.#schema.$ref !== 'string') this.#keywords();
    const [first] = this.#problems;
    if (!first) return { problem: undefined, open: this.#tools.open };
    if (this.#problems.length === 1) return { problem: first, open: undefined };
    const group: Problem = { at: this.#at, text: 'validation failed', causes: this.#problems, kind: 'group' };
    return { problem: group, open: undefined };
  }

  #keywords(): void {
    if (Array.isArray(this.#value)) this.#list(this.#value);
    if (isObject(this.#value)) this.#map(this.#value);
    if (typeof this.#value === 'string') this.#text(this.#value);
    if (typeof this.#value === 'number') this.#number(this.#value);
    if (this.#tools.draft >= 2019)
      for (const keyword of ['$recursiveRef', '$dynamicRef']) this.#reference(keyword);
    this.#combined();
    if (this.#tools.draft >= 2019) this.#unevaluated();
  }

  #say(text: string, causes: Problem[] = []): void {
    this.#problems.push({ at: this.#at, text, causes });
  }

  /** Another schema for the same value. */
  #self(schema: unknown): Problem | undefined {
    const { open, checker } = this.#tools;
    const outcome = checker(schema as Schema, this.#value, this.#at, open !== undefined, true);
    if (!outcome.problem && open && outcome.open)
      for (const key of [...open]) if (!outcome.open.has(key)) open.delete(key);
    return outcome.problem;
  }

  /** A schema for something within the value. */
  #inner(schema: unknown, value: unknown, key: string): Problem | undefined {
    return this.#tools.checker(schema as Schema, value, [...this.#at, key], false, false).problem;
  }

  #add(problem: Problem | undefined): void {
    if (problem) this.#problems.push(problem);
  }

  #reference(keyword: string): void {
    const reference = this.#schema[keyword];
    if (typeof reference !== 'string') return;
    const problem = this.#self(this.#tools.resolve(reference));
    if (!problem) return;
    const causes = problem.kind === 'group' ? problem.causes : [problem];
    this.#problems.push({ at: this.#at, text: 'validation failed', causes, kind: 'reference' });
  }

  #map(value: SchemaObject): void {
    const schema = this.#schema;
    const count = Object.keys(value).length;
    this.#bound('minProperties', count, least => count < least);
    this.#bound('maxProperties', count, most => count > most);
    const missing = texts(schema.required, true).filter(key => !Object.hasOwn(value, key));
    if (missing.length === 1) this.#say(`missing property ${quoted(missing[0] ?? '')}`);
    if (missing.length > 1) this.#say(`missing properties ${missing.map(quoted).join(', ')}`);
    for (const [key, dependency] of schemaMap(schema.dependencies)) {
      if (!Object.hasOwn(value, key)) continue;
      if (Array.isArray(dependency)) this.#requiredWith(key, dependency, value);
      if (!Array.isArray(dependency)) this.#add(this.#self(dependency));
    }
    this.#properties(value);
    if (schema.propertyNames !== undefined && this.#tools.draft >= 6)
      for (const key of Object.keys(value).sort()) this.#propertyName(key);
    if (this.#tools.draft < 7) return;
    for (const [key, inner] of schemaMap(schema.dependentSchemas))
      if (Object.hasOwn(value, key)) this.#add(this.#self(inner));
    for (const [key, required] of schemaMap(schema.dependentRequired))
      if (Object.hasOwn(value, key)) this.#requiredWith(key, required, value);
  }

  #propertyName(key: string): void {
    const { problem } = this.#tools.checker(this.#schema.propertyNames as Schema, key, [], false, false);
    if (problem)
      this.#problems.push({
        at: [],
        text: `invalid propertyName ${quoted(key)}`,
        causes: problem.kind === 'group' ? problem.causes : [problem],
      });
  }

  #requiredWith(key: string, required: unknown, value: SchemaObject): void {
    const missing = texts(required, true).filter(each => !Object.hasOwn(value, each));
    if (missing.length > 0)
      this.#say(`properties ${missing.map(quoted).join(', ')} required, if ${quoted(key)} exists`);
  }

  #properties(value: SchemaObject): void {
    const { properties, patternProperties, additionalProperties } = this.#schema;
    const patterns = schemaMap(patternProperties);
    const extra: string[] = [];
    // Go checks them in an order of its own each time; ours is always the same.
    for (const key of Object.keys(value).sort()) {
      let isKnown = isObject(properties) && Object.hasOwn(properties, key);
      if (isKnown) this.#add(this.#inner((properties as SchemaObject)[key], value[key], key));
      for (const [pattern, inner] of patterns) {
        if (!this.#tools.pattern(pattern).matcher(key).find()) continue;
        isKnown = true;
        this.#add(this.#inner(inner, value[key], key));
      }
      if (!isKnown && additionalProperties === false) extra.push(key);
      if (!isKnown && isObject(additionalProperties))
        this.#add(this.#inner(additionalProperties, value[key], key));
      if (isKnown || additionalProperties !== undefined) this.#tools.open?.delete(key);
    }
    if (extra.length > 0) this.#say(`additional properties ${extra.map(quoted).join(', ')} not allowed`);
  }

  #list(value: unknown[]): void {
    const { uniqueItems, contains } = this.#schema;
    this.#bound('minItems', value.length, least => value.length < least);
    this.#bound('maxItems', value.length, most => value.length > most);
    if (uniqueItems === true) this.#unique(value);
    this.#items(value);
    if (contains !== undefined && this.#tools.draft >= 6) this.#contains(value, contains);
  }

  #unique(value: unknown[]): void {
    for (let first = 0; first < value.length; first++)
      for (let second = first + 1; second < value.length; second++)
        if (equalValues(value[first], value[second])) {
          this.#say(`items at ${first} and ${second} are equal`);
          return;
        }
  }

  #items(value: unknown[]): void {
    const { items, prefixItems, additionalItems } = this.#schema;
    const isNew = this.#tools.draft >= 2020;
    const tuple = isNew ? prefixItems : items;
    const first: unknown[] = Array.isArray(tuple) ? (tuple as unknown[]) : [];
    const rest = isNew ? items : Array.isArray(items) ? additionalItems : items;
    const known = Math.min(first.length, value.length);
    for (let index = 0; index < known; index++)
      this.#add(this.#inner(first[index], value[index], String(index)));
    if (rest === false && !isNew && Array.isArray(items)) {
      if (known < value.length)
        this.#say(`last ${number(value.length - known)} additionalItem(s) not allowed`);
    } else if (rest !== undefined && !Array.isArray(rest)) {
      // Indexes of the rest count from its own start there.
      for (const [index, each] of value.slice(known).entries())
        this.#add(this.#inner(rest, each, String(index)));
    }
    const seen = rest === undefined ? known : value.length;
    for (let index = 0; index < seen; index++) this.#tools.open?.delete(String(index));
  }

  #contains(value: unknown[], contains: unknown): void {
    const { minContains, maxContains } = this.#schema;
    const causes: Problem[] = [];
    const matched: number[] = [];
    for (const [index, each] of value.entries()) {
      const problem = this.#inner(contains, each, String(index));
      if (problem) causes.push(problem);
      if (problem) continue;
      matched.push(index);
      if (this.#tools.draft >= 2020) this.#tools.open?.delete(String(index));
    }
    const hasBounds = this.#tools.draft >= 2019;
    const [least, most] = [numberOf(minContains), numberOf(maxContains)];
    if (!hasBounds || least === undefined) {
      if (matched.length === 0) this.#say('no items match contains schema', causes);
    } else if (matched.length < least) {
      const got =
        matched.length === 0
          ? 'none matched'
          : `matched ${number(matched.length)} items at ${matched.join(' ')}`;
      this.#say(`min ${number(least)} items required to match contains schema, but ${got}`, causes);
    }
    if (hasBounds && most !== undefined && matched.length > most)
      this.#say(
        `max ${number(most)} items required to match contains schema, but matched ${number(matched.length)} items at ${matched.join(' ')}`,
      );
  }

  #text(value: string): void {
    const length = [...value].length;
    this.#bound('minLength', length, least => length < least);
    this.#bound('maxLength', length, most => length > most);
    const { pattern } = this.#schema;
    if (typeof pattern === 'string' && !this.#tools.pattern(pattern).matcher(value).find())
      this.#say(`${quoted(value)} does not match pattern ${quoted(pattern)}`);
  }

  #number(value: number): void {
    const { exclusiveMinimum, exclusiveMaximum } = this.#schema;
    const [isOpenBelow, isOpenAbove] = [exclusiveMinimum === true, exclusiveMaximum === true];
    if (!isOpenBelow) this.#bound('minimum', value, least => value < least);
    if (!isOpenAbove) this.#bound('maximum', value, most => value > most);
    const below = isOpenBelow ? 'minimum' : 'exclusiveMinimum';
    this.#bound(below, value, least => value <= least, 'exclusiveMinimum');
    const above = isOpenAbove ? 'maximum' : 'exclusiveMaximum';
    this.#bound(above, value, most => value >= most, 'exclusiveMaximum');
    this.#bound('multipleOf', value, factor => !isMultiple(value, factor));
  }

  #bound(keyword: string, got: number, isBroken: (bound: number) => boolean, name = keyword): void {
    const want = numberOf(this.#schema[keyword]);
    if (want !== undefined && isBroken(want)) this.#say(`${name}: got ${number(got)}, want ${number(want)}`);
  }

  #combined(): void {
    const { not, allOf, anyOf, oneOf } = this.#schema;
    if (not !== undefined && !this.#self(not)) this.#say("'not' failed");
    if (Array.isArray(allOf)) {
      const causes = allOf.flatMap(each => this.#self(each) ?? []);
      if (causes.length > 0) this.#say("'allOf' failed", causes);
    }
    if (Array.isArray(anyOf)) this.#anyOf(anyOf);
    if (Array.isArray(oneOf)) this.#oneOf(oneOf);
    if (this.#schema.if === undefined || this.#tools.draft < 7) return;
    const branch = this.#self(this.#schema.if) ? this.#schema.else : this.#schema.then;
    if (branch !== undefined) this.#add(this.#self(branch));
  }

  #anyOf(schemas: unknown[]): void {
    const causes: Problem[] = [];
    let matched = false;
    for (const each of schemas) {
      const problem = this.#self(each);
      if (problem) causes.push(problem);
      matched ||= !problem;
      if (matched && !this.#tools.open?.size) break;
    }
    if (!matched && schemas.length > 0) this.#say("'anyOf' failed", causes);
  }

  #oneOf(schemas: unknown[]): void {
    const causes: Problem[] = [];
    const matched: number[] = [];
    for (const [index, each] of schemas.entries()) {
      const problem = this.#self(each);
      if (problem) causes.push(problem);
      if (!problem) matched.push(index);
      if (matched.length === 2) break;
    }
    const [first, second] = matched;
    if (first === undefined && schemas.length > 0) this.#say("'oneOf' failed, none matched", causes);
    if (second !== undefined) this.#say(`'oneOf' failed, subschemas ${first}, ${second} matched`);
  }

  #unevaluated(): void {
    const keyword = Array.isArray(this.#value) ? 'unevaluatedItems' : 'unevaluatedProperties';
    const schema = this.#schema[keyword];
    const { open } = this.#tools;
    if (schema === undefined || !open) return;
    for (const key of [...open].sort())
      this.#add(this.#inner(schema, (this.#value as SchemaObject)[key], key));
    open.clear();
  }
}
