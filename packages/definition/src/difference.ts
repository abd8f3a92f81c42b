/** One field that differs; undefined stands for a field that is not there. */
export interface FieldDifference {
  /** `spec.teams.0.name` */
  field: string;
  old: unknown;
  new: unknown;
}

/**
 * Field by field what `after` has otherwise than `before`, in the order of their names. Lists are compared entry by
 * entry; a part that only one side has is one difference.
 */
export function differences(before: unknown, after: unknown, at = ''): FieldDifference[] {
  if (!isBranch(before) || !isBranch(after) || Array.isArray(before) !== Array.isArray(after))
    return before === after || (isEmpty(before) && isEmpty(after))
      ? []
      : [{ field: at, old: before, new: after }];
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const order = (a: string, b: string) => a.localeCompare(b, 'en', { numeric: true });
  return names
    .toSorted(order)
    .flatMap(name => differences(before[name], after[name], at === '' ? name : `${at}.${name}`));
}

/** An absent field and an empty one mean the same in a definition. */
function isEmpty(value: unknown): boolean {
  return value === undefined || (isBranch(value) && Object.keys(value).length === 0);
}

function isBranch(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
