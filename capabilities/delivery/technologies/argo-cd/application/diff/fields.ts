/** A JSON object whose fields nobody has named. */
export type Fields = Record<string, unknown>;

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Sets a field that may be called `__proto__`, too. */
export function setField(fields: Fields, name: string, value: unknown): void {
  Object.defineProperty(fields, name, { value, writable: true, enumerable: true, configurable: true });
}

/** A field of its own, never one that every object has. */
export function field(fields: Fields, name: string): unknown {
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}

/** The value at a path; undefined where there is none. */
export function valueAt(value: unknown, path: string[]): unknown {
  let at = value;
  for (const name of path) {
    if (!isFields(at)) return undefined;
    at = field(at, name);
  }
  return at;
}

/** Whether two JSON values say the same; the order of fields does not count, that of lists does. */
export function same(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((each, index) => same(each, b[index]));
  if (!isFields(a) || !isFields(b)) return false;
  const names = Object.keys(a).filter(name => a[name] !== undefined);
  if (names.length !== Object.keys(b).filter(name => b[name] !== undefined).length) return false;
  return names.every(name => Object.hasOwn(b, name) && same(a[name], b[name]));
}

/** What of `value` has a place in `shape`; longer lists keep their end (gitops-engine, utils/json). */
export function onlyFieldsOf(shape: unknown, value: unknown): unknown {
  if (isFields(shape) && isFields(value)) {
    const kept: Fields = {};
    for (const name of Object.keys(shape)) {
      if (!Object.hasOwn(value, name)) continue;
      setField(kept, name, value[name] === null ? null : onlyFieldsOf(shape[name], value[name]));
    }
    return kept;
  }
  if (Array.isArray(shape) && Array.isArray(value))
    return value.map((item, index) => (index < shape.length ? onlyFieldsOf(shape[index], item) : item));
  return value;
}

/** RFC 7396: what turns `before` into `after`; undefined when nothing does. Fields that went are null. */
export function mergePatchOf(before: Fields, after: Fields): Fields | undefined {
  const patch: Fields = {};
  for (const name of Object.keys(before)) if (after[name] === undefined) setField(patch, name, null);
  for (const [name, value] of Object.entries(after)) {
    if (value === undefined || same(value, field(before, name))) continue;
    const old = field(before, name);
    const part = isFields(old) && isFields(value) ? mergePatchOf(old, value) : value;
    if (part !== undefined) setField(patch, name, part);
  }
  return Object.keys(patch).length > 0 ? patch : undefined;
}
