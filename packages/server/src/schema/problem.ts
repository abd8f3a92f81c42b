import { type StatusCause, StatusError } from '@slipway/api';
import type { ResourceInfo } from './resource-info.ts';

/** One thing that is wrong with an object (apimachinery's field.Error). */
export interface Problem {
  reason: string;
  field: string;
  /** The message without the field, as it stands in a cause. */
  message: string;
}

export function required(field: string, detail = ''): Problem {
  return problem('FieldValueRequired', field, 'Required value', detail);
}

export function invalid(field: string, value: unknown, detail: string): Problem {
  return problem('FieldValueInvalid', field, `Invalid value: ${valueText(value)}`, detail);
}

export function typeInvalid(field: string, value: unknown, detail: string): Problem {
  return problem('FieldValueTypeInvalid', field, `Invalid value: ${valueText(value)}`, detail);
}

export function unsupported(field: string, value: unknown, allowed: readonly string[]): Problem {
  const names = allowed.map(each => JSON.stringify(each)).join(', ');
  return problem(
    'FieldValueNotSupported',
    field,
    `Unsupported value: ${valueText(value)}`,
    `supported values: ${names}`,
  );
}

export function duplicate(field: string, value: unknown): Problem {
  return problem('FieldValueDuplicate', field, `Duplicate value: ${valueText(value)}`, '');
}

export function forbidden(field: string, detail: string): Problem {
  return problem('FieldValueForbidden', field, 'Forbidden', detail);
}

export function notFound(field: string, value: unknown): Problem {
  return problem('FieldValueNotFound', field, `Not found: ${valueText(value)}`, '');
}

export function tooLong(field: string, most: number): Problem {
  return problem('FieldValueTooLong', field, 'Too long', `may not be more than ${most} bytes`);
}

export function tooMany(field: string, found: number, most: number): Problem {
  return problem('FieldValueTooMany', field, `Too many: ${found}`, `must have at most ${most} items`);
}

function problem(reason: string, field: string, what: string, detail: string): Problem {
  return { reason, field, message: detail === '' ? what : `${what}: ${detail}` };
}

/** A value as Go prints it in errors: maps in the order of their keys. */
function valueText(value: unknown): string {
  return JSON.stringify(value === undefined ? null : sorted(value));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value) || typeof value !== 'object' || value === null) return value;
  const plain = Object.entries(value).every(([, part]) => typeof part !== 'object');
  if (!plain) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** 422 with one cause for each problem; the message names them all, each once. */
export function invalidError(
  info: Pick<ResourceInfo, 'kind'>,
  name: string,
  problems: readonly Problem[],
): StatusError {
  const { group, kind } = info.kind;
  const lines = [...new Set(problems.map(each => `${each.field}: ${each.message}`))];
  const text = lines.length === 1 ? lines[0] : `[${lines.join(', ')}]`;
  const causes = problems.map(({ reason, field, message }): StatusCause => ({ reason, message, field }));
  const qualified = group === '' ? kind : `${kind}.${group}`;
  const details = { name, ...(group === '' ? {} : { group }), kind, causes };
  return new StatusError('Invalid', `${qualified} ${JSON.stringify(name)} is invalid: ${text}`, details);
}
