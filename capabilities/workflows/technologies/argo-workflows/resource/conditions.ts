import { type AnyObject, messageOf, parseLabelSelector, type Requirement, SlipwayError } from '@slipway/api';
import { evaluate } from '../expression/evaluate.ts';
import { selectPath } from '../expression/jsonpath.ts';
import type { Outputs, ResourceTemplate } from '../model.ts';
import type { ResourceOutcome } from '../workflow/run.ts';

/**
 * How an object stands against a template's conditions (executor/resource.go): any failure condition that holds
 * fails it, all success conditions together end it.
 */
export function judge(
  resource: ResourceTemplate,
  object: AnyObject | undefined,
): Omit<ResourceOutcome, 'parameters'> {
  const failures = requirementsOf(resource.failureCondition, 'failureCondition');
  const successes = requirementsOf(resource.successCondition, 'successCondition');
  if (failures.length + successes.length === 0) return { phase: 'Succeeded' };
  if (!object) return { phase: 'Error', message: 'the object is gone before its conditions held' };
  if (failures.some(requirement => holds(requirement, object))) {
    const reason = textAt(object, 'status.message');
    const message = `failure condition '${resource.failureCondition}' evaluated true`;
    return { phase: 'Failed', message: reason ? `${message}: ${reason}` : message };
  }
  // Only failure conditions: one look is enough, as upstream.
  const succeeded = successes.length > 0 ? successes.every(requirement => holds(requirement, object)) : true;
  return { phase: succeeded ? 'Succeeded' : 'Running' };
}

function requirementsOf(condition: string | undefined, field: string): Requirement[] {
  if (!condition?.trim()) return [];
  try {
    return parseLabelSelector(condition);
  } catch (error) {
    throw new SlipwayError(
      'InvalidCondition',
      `${field} '${condition}' failed to parse: ${messageOf(error)}`,
    );
  }
}

function holds({ key, operator, values }: Requirement, object: AnyObject): boolean {
  const text = textAt(object, key);
  switch (operator) {
    case 'In':
      return text !== undefined && values.includes(text);
    case 'NotIn':
      return text === undefined || !values.includes(text);
    case 'Exists':
      return text !== undefined;
    case 'DoesNotExist':
      return text === undefined;
    case 'Gt':
      return text !== undefined && Number(text) > Number(values[0]);
    case 'Lt':
      return text !== undefined && Number(text) < Number(values[0]);
  }
}

/** gjson's plain paths: fields and list indexes joined by dots, `#` for a list's length. */
function textAt(object: unknown, path: string): string | undefined {
  let value = object;
  for (const part of path.split('.')) {
    if (Array.isArray(value) && part === '#') return String(value.length);
    if (value === null || typeof value !== 'object' || !Object.hasOwn(value, part)) return undefined;
    value = (value as Record<string, unknown>)[part];
  }
  if (value === undefined || value === null) return undefined;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** `outputs.parameters` of a resource template, read from the object. */
export function parametersOf(outputs: Outputs, object: AnyObject | undefined): Record<string, string> {
  const parameters = (outputs.parameters ?? []).map(({ name, valueFrom }): [string, string] => {
    const path = valueFrom?.jsonPath ?? valueFrom?.jqFilter;
    const found =
      path === undefined || !object
        ? []
        : selectPath(path, object, (source, item) => evaluate(source, { values: { item }, now: 0 })).values;
    const value = found.length > 0 ? found.map(textOfFound).join(' ') : String(valueFrom?.default ?? '');
    return [name, value];
  });
  return Object.fromEntries(parameters);
}

function textOfFound(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
