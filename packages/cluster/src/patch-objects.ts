import { type AnyObject, SlipwayError } from '@slipway/api';
import type { ObjectPatch } from '@slipway/definition';

/**
 * Objects with the patches that fit them. The objects given are not changed.
 * @throws SlipwayError PatchUnused when one fits nothing: a release that renamed what it meant is found out here
 */
export function patchObjects(objects: AnyObject[], patches: ObjectPatch[]): AnyObject[] {
  const result = [...objects];
  for (const patch of patches) {
    let used = false;
    for (const [index, object] of result.entries()) {
      if (!fits(object, patch.target)) continue;
      used = true;
      result[index] = patched(object, patch);
    }
    if (used) continue;
    const { kind, name = '*' } = patch.target;
    throw new SlipwayError(
      'PatchUnused',
      `patch of ${kind} ${JSON.stringify(name)}: the release has no such object; the technology's patches are of another version`,
    );
  }
  return result;
}

function fits({ kind, metadata }: AnyObject, target: ObjectPatch['target']): boolean {
  return (
    kind === target.kind &&
    (target.name === undefined || metadata.name === target.name) &&
    (target.namespace === undefined || metadata.namespace === target.namespace)
  );
}

function patched(object: AnyObject, { merge, json = [] }: ObjectPatch): AnyObject {
  const merged = merge ? (mergedValue(object, merge) as AnyObject) : object;
  if (json.length === 0) return merged;
  const copy = structuredClone(merged);
  for (const operation of json) applyOperation(copy, operation);
  return copy;
}

type Fields = Record<string, unknown>;

/** Maps are merged, null removes, a list of things with names is merged by name, any other list is replaced. */
function mergedValue(before: unknown, change: unknown): unknown {
  if (isNamedList(change) && isNamedList(before)) return mergedList(before, change);
  if (!isFields(change)) return change;
  const result: Fields = isFields(before) ? { ...before } : {};
  for (const [key, value] of Object.entries(change)) {
    if (value === null) delete result[key];
    if (value !== null) result[key] = mergedValue(result[key], value);
  }
  return result;
}

function mergedList(before: Fields[], change: Fields[]): Fields[] {
  const rest = change.filter(each => !before.some(({ name }) => name === each.name));
  const merged = before.map(each => {
    const own = change.find(({ name }) => name === each.name);
    return own ? (mergedValue(each, own) as Fields) : each;
  });
  return [...merged, ...rest];
}

function isNamedList(value: unknown): value is Fields[] {
  return Array.isArray(value) && value.length > 0 && value.every(each => isFields(each) && 'name' in each);
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

type Operation = NonNullable<ObjectPatch['json']>[number];

/** RFC 6902's `add`, `remove`, `replace`. */
function applyOperation(object: AnyObject, { op, path, value }: Operation): void {
  const names = path
    .slice(1)
    .split('/')
    .map(part => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  const last = names.pop() ?? '';
  const parent = names.reduce<unknown>((at, name) => (at as Fields | undefined)?.[name], object);
  const exists = typeof parent === 'object' && parent !== null;
  if (!exists || (op !== 'add' && !(last in parent)))
    throw new SlipwayError(
      'PatchUnused',
      `${op} ${path}: ${object.kind} ${object.metadata.name} has no such field`,
    );
  if (!Array.isArray(parent)) {
    if (op === 'remove') delete (parent as Fields)[last];
    if (op !== 'remove') (parent as Fields)[last] = value;
    return;
  }
  const index = last === '-' ? parent.length : Number(last);
  parent.splice(index, op === 'add' ? 0 : 1, ...(op === 'remove' ? [] : [value]));
}
