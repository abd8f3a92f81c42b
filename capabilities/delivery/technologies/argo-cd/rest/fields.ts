/**
 * The parts of an answer that `fields` names (`items.metadata.name,items.status.health`), or all but those when it
 * begins with `-`. Lists on the way are passed through. As Argo CD's API does it, so that dashboards load little.
 * @example selected({ a: { b: 1, c: 2 } }, 'a.b') // { a: { b: 1 } }
 */
export function selected(value: unknown, fields: string | null): unknown {
  if (!fields) return value;
  const isExcluding = fields.startsWith('-');
  const paths = fields
    .slice(isExcluding ? 1 : 0)
    .split(',')
    .filter(Boolean)
    .map(path => path.split('.'));
  return isExcluding ? without(value, paths) : only(value, paths);
}

function only(value: unknown, paths: string[][]): unknown {
  if (paths.some(path => path.length === 0)) return value;
  if (Array.isArray(value)) return value.map(each => only(each, paths));
  if (typeof value !== 'object' || value === null) return value;
  return entries(value, paths, (each, rest) => (rest.length > 0 ? only(each, rest) : undefined));
}

function without(value: unknown, paths: string[][]): unknown {
  if (Array.isArray(value)) return value.map(each => without(each, paths));
  if (typeof value !== 'object' || value === null) return value;
  return entries(value, paths, (each, rest) =>
    rest.some(path => path.length === 0) ? undefined : without(each, rest),
  );
}

function entries(
  value: object,
  paths: string[][],
  next: (value: unknown, rest: string[][]) => unknown,
): Record<string, unknown> {
  const kept = Object.entries(value).map(([key, each]): [string, unknown] => [
    key,
    next(
      each,
      paths.filter(([head]) => head === key).map(path => path.slice(1)),
    ),
  ]);
  return Object.fromEntries(kept.filter(([, each]) => each !== undefined));
}
