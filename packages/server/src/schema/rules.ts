import { messageOf } from '@slipway/api';
import { compileRule, toCel } from './cel.ts';
import { fieldOf, itemOf } from './lookup.ts';
import { duplicate, forbidden, invalid, type Problem, required } from './problem.ts';
import type { Schema, ValidationRule } from './schema.ts';
import { joined } from './structural.ts';
import { isValues } from './value.ts';

const known = new WeakMap<Schema, boolean>();

/** Does any part of this schema carry rules? Found once for each: every write asks, and some schemas are large. */
export function hasRules(schema: Schema): boolean {
  const before = known.get(schema);
  if (before !== undefined) return before;
  const found = findRules(schema, new Set());
  known.set(schema, found);
  return found;
}

function findRules(schema: Schema, seen: Set<Schema>): boolean {
  if (seen.has(schema)) return false;
  seen.add(schema);
  if ((schema['x-kubernetes-validations']?.length ?? 0) > 0) return true;
  const parts = [
    ...Object.values(schema.properties ?? {}),
    ...(schema.items ? [schema.items] : []),
    ...(typeof schema.additionalProperties === 'object' ? [schema.additionalProperties] : []),
  ];
  return parts.some(part => findRules(part, seen));
}

export interface RuleCheck {
  value: unknown;
  /** What stood there before; undefined on create and where nothing did. */
  old?: unknown;
  schema: Schema;
  field: string;
  /** Only rules about changes: everything else was checked already. */
  onlyChanges: boolean;
}

/** Evaluates `x-kubernetes-validations` everywhere below a value. */
export function checkRules(check: RuleCheck): Problem[] {
  const { value, schema, field } = check;
  if (value === undefined || value === null) return [];
  const own = (schema['x-kubernetes-validations'] ?? []).flatMap(rule => checkRule(rule, check));
  if (Array.isArray(value)) return [...own, ...checkItems(value, check)];
  if (!isValues(value)) return own;
  const old = isValues(check.old) ? check.old : {};
  const below = Object.entries(value).flatMap(([name, part]) => {
    const known = fieldOf(schema, name);
    if (!known) return [];
    return checkRules({ ...check, value: part, old: old[name], schema: known, field: joined(field, name) });
  });
  return [...own, ...below];
}

function checkItems(list: unknown[], check: RuleCheck): Problem[] {
  const items = itemOf(check.schema);
  const before = oldItems(check);
  return list.flatMap((value, index) =>
    checkRules({
      ...check,
      value,
      old: before.get(keyText(value, check.schema)),
      schema: items,
      field: `${check.field}[${index}]`,
    }),
  );
}

/** Items can be compared with what they were only in lists with keys. */
function oldItems({ old, schema }: RuleCheck): Map<string, unknown> {
  const keyed = schema['x-kubernetes-list-type'] === 'map' && Array.isArray(old);
  return new Map(keyed ? old.map(item => [keyText(item, schema), item]) : []);
}

function keyText(item: unknown, schema: Schema): string {
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  return JSON.stringify(keys.map(key => (isValues(item) ? (item[key] ?? null) : null)));
}

function checkRule(rule: ValidationRule, check: RuleCheck): Problem[] {
  const compiled = compileRule(rule);
  const hasOld = check.old !== undefined && check.old !== null;
  if (compiled.unsupported || compiled.wrong || compiled.readsOld !== check.onlyChanges) return [];
  if (compiled.readsOld && !hasOld && !rule.optionalOldSelf) return [];
  const self = toCel(check.value, check.schema);
  const oldSelf = hasOld ? toCel(check.old, check.schema) : undefined;
  try {
    return compiled.run(self, oldSelf) === true ? [] : [broken(rule, check)];
  } catch (error) {
    const detail = `rule evaluation error: ${messageOf(error).split('\n')[0]}, evaluating rule: ${rule.message ?? rule.rule}`;
    return [about(rule, check, detail)];
  }
}

function broken(rule: ValidationRule, check: RuleCheck): Problem {
  return about(rule, check, messageFor(rule, check));
}

function messageFor(rule: ValidationRule, { value, schema }: RuleCheck): string {
  const fallback = rule.message ?? `failed rule: ${rule.rule}`;
  if (!rule.messageExpression) return fallback;
  const expression = expressionOf(rule, rule.messageExpression);
  const made = expression.unsupported
    ? undefined
    : safely(() => expression.run(toCel(value, schema), undefined));
  return typeof made === 'string' && made.trim() !== '' && !made.includes('\n') ? made : fallback;
}

const expressions = new WeakMap<ValidationRule, ValidationRule>();

function expressionOf(rule: ValidationRule, text: string) {
  const known = expressions.get(rule) ?? { rule: text };
  expressions.set(rule, known);
  return compileRule(known);
}

function safely(run: () => unknown): unknown {
  try {
    return run();
  } catch {
    return undefined; // A message that cannot be made: the plain one is used, as upstream does.
  }
}

function about(rule: ValidationRule, { value, field }: RuleCheck, detail: string): Problem {
  const place = `${field}${rule.fieldPath ?? ''}`;
  switch (rule.reason) {
    case 'FieldValueForbidden':
      return forbidden(place, detail);
    case 'FieldValueRequired':
      return required(place, detail);
    case 'FieldValueDuplicate':
      return duplicate(place, value);
    default:
      return scalarOrObject(place, value, detail);
  }
}

/** Objects and lists are not printed. */
function scalarOrObject(field: string, value: unknown, detail: string): Problem {
  if (typeof value !== 'object') return invalid(field, value, detail);
  return { reason: 'FieldValueInvalid', field, message: `Invalid value: ${detail}` };
}
