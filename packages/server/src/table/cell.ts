/** Values of a row, in the order of the kind's columns. */
export type Cells = unknown[];

/** Makes the cells of one object; `now` in milliseconds since 1970. */
export type CellsOf = (object: unknown, now: number) => Cells;

/** The value at a dotted path (`spec.type`); undefined where the way ends early. */
export function get(object: unknown, path: string): unknown {
  let found = object;
  for (const name of path.split('.')) {
    if (typeof found !== 'object' || found === null) return undefined;
    found = (found as Record<string, unknown>)[name];
  }
  return found ?? undefined;
}

/** Text at a path, or what to show instead. */
export function text(object: unknown, path: string, missing = ''): string {
  const found = get(object, path);
  return found === undefined || found === '' ? missing : String(found);
}

export function count(object: unknown, path: string): number {
  const found = get(object, path);
  return typeof found === 'number' ? found : 0;
}

export function truth(object: unknown, path: string, missing = false): boolean {
  const found = get(object, path);
  return typeof found === 'boolean' ? found : missing;
}

export function list(object: unknown, path: string): unknown[] {
  const found = get(object, path);
  return Array.isArray(found) ? found : [];
}

/** Number of entries of a list or a map. */
export function size(object: unknown, path: string): number {
  const found = get(object, path);
  return typeof found === 'object' && found !== null ? Object.keys(found).length : 0;
}

export function name(object: unknown): string {
  return text(object, 'metadata.name');
}

/** How long ago an object was made. */
export function age(object: unknown, now: number): string {
  return since(get(object, 'metadata.creationTimestamp'), now);
}

/** How long ago a time was, as `kubectl get` says it. */
export function since(time: unknown, now: number): string {
  const at = typeof time === 'string' ? Date.parse(time) : Number.NaN;
  return Number.isNaN(at) ? '<unknown>' : humanDuration(now - at);
}

/** `5s`, `3m20s`, `47h`, `2d4h`, `1y20d` (apimachinery/pkg/util/duration). */
export function humanDuration(ms: number): string {
  const seconds = Math.trunc(ms / 1000);
  if (seconds < -1) return '<invalid>';
  if (seconds < 120) return `${Math.max(seconds, 0)}s`;
  const minutes = Math.trunc(seconds / 60);
  if (minutes < 10) return parts([minutes, 'm'], [seconds % 60, 's']);
  if (minutes < 180) return `${minutes}m`;
  const hours = Math.trunc(minutes / 60);
  if (hours < 8) return parts([hours, 'h'], [minutes % 60, 'm']);
  if (hours < 48) return `${hours}h`;
  const days = Math.trunc(hours / 24);
  if (days < 8) return parts([days, 'd'], [hours % 24, 'h']);
  if (days < 730) return `${days}d`;
  const years = Math.trunc(days / 365);
  return days < 2920 ? parts([years, 'y'], [days % 365, 'd']) : `${years}y`;
}

function parts([large, unit]: [number, string], [small, smallUnit]: [number, string]): string {
  return small === 0 ? `${large}${unit}` : `${large}${unit}${small}${smallUnit}`;
}

/** Names and images of containers, each joined by commas. */
export function containers(object: unknown, path: string): [string, string] {
  const all = list(object, path);
  return [all.map(each => text(each, 'name')).join(','), all.map(each => text(each, 'image')).join(',')];
}

/** `a=b,c=d` in the order of keys. */
export function labels(found: unknown, missing = '<none>'): string {
  if (typeof found !== 'object' || found === null) return missing;
  const pairs = Object.entries(found)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${value}`);
  return pairs.length > 0 ? pairs.join(',') : missing;
}

const OPERATORS: Record<string, string> = { In: 'in', NotIn: 'notin' };

/** A LabelSelector as text: `app=web,tier in (a,b),!old`. */
export function selector(found: unknown, missing = '<none>'): string {
  const equalities = labels(get(found, 'matchLabels'), '');
  const expressions = list(found, 'matchExpressions').map(expression => {
    const key = text(expression, 'key');
    const operator = text(expression, 'operator');
    if (operator === 'Exists') return key;
    if (operator === 'DoesNotExist') return `!${key}`;
    const values = list(expression, 'values').map(String).sort();
    return `${key} ${OPERATORS[operator] ?? operator} (${values.join(',')})`;
  });
  const all = [...(equalities ? [equalities] : []), ...expressions];
  return all.length > 0 ? all.join(',') : missing;
}

/** The first `most` of a list, and how many more there are. */
export function shortened(all: string[], most: number, separator = ','): string {
  const shown = all.slice(0, most).join(separator);
  return all.length > most ? `${shown} + ${all.length - most} more...` : shown;
}
