import type { FieldDifference, ObjectDifference } from '@slipway/definition';

/** `Team payments: new`, or one line for each field: old → new. */
export function differencesText(
  found: Pick<ObjectDifference, 'kind' | 'name' | 'result' | 'fields'>[],
): string {
  return found
    .flatMap(({ kind, name, result, fields }) => [
      `${kind} ${name}: ${result}`,
      ...fields.map(each => `  ${fieldText(each)}`),
    ])
    .join('\n');
}

function fieldText({ field, old, new: wanted }: FieldDifference): string {
  return `${field}: ${valueText(old)} → ${valueText(wanted)}`;
}

function valueText(value: unknown): string {
  if (value === undefined) return '(none)';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
