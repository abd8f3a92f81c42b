import type { AnyObject, ManagedFieldsEntry } from '@slipway/api';
import { type Fields, field, isFields, same, setField } from './fields.ts';

/** A set of fields as `metadata.managedFields` writes it (FieldsV1): `f:name`, `k:{…}`, `v:…`, `i:0`, and `.` for itself. */
export type FieldSet = Fields;

/** Fields of one manager, whatever the operations it wrote them with. */
export function fieldsOf(object: AnyObject, isOf: (entry: ManagedFieldsEntry) => boolean): FieldSet[] {
  return (object.metadata.managedFields ?? []).filter(isOf).map(entry => (entry.fieldsV1 ?? {}) as FieldSet);
}

export interface Pair {
  live: AnyObject;
  target: AnyObject;
}

/**
 * Without the fields that a trusted manager owns and the target would change: they are its to say, and no difference
 * (util/argo/managedfields).
 */
export function withoutFieldsOf(managers: string[], { live, target }: Pair): Pair {
  const sets = fieldsOf(live, entry => managers.includes(entry.manager ?? ''));
  if (sets.length === 0) return { live, target };
  const copies = structuredClone({ live, target });
  for (const set of sets) removeChanged(set, copies.live, copies.target);
  return copies;
}

function removeChanged(set: FieldSet, live: unknown, target: unknown): void {
  for (const [element, below] of Object.entries(set)) {
    if (element === '.' || !isFields(below)) continue;
    const [left, right] = [itemAt(live, element), itemAt(target, element)];
    if (left === undefined || right === undefined) continue;
    const isLeaf = Object.keys(below).length === 0;
    if (!isLeaf) removeChanged(below, left.value, right.value);
    if (!isLeaf || same(left.value, right.value)) continue;
    left.remove();
    right.remove();
  }
}

interface Place {
  value: unknown;
  remove(): void;
}

/** What one element of a path names in a value. */
function itemAt(value: unknown, element: string): Place | undefined {
  const [type, text] = [element.slice(0, 2), element.slice(2)];
  if (type === 'f:' && isFields(value)) {
    const found = field(value, text);
    return found === undefined ? undefined : { value: found, remove: () => delete value[text] };
  }
  if (!Array.isArray(value)) return undefined;
  const index = placeIn(value, type, text);
  if (index < 0) return undefined;
  const item = value[index];
  return { value: item, remove: () => void value.splice(value.indexOf(item), 1) };
}

function placeIn(list: unknown[], type: string, text: string): number {
  if (type === 'i:') return Number(text) < list.length ? Number(text) : -1;
  const wanted = parsed(text);
  if (type === 'v:') return list.findIndex(item => same(item, wanted));
  if (type !== 'k:' || !isFields(wanted)) return -1;
  const keys = Object.entries(wanted);
  return list.findIndex(
    item =>
      isFields(item) && keys.every(([name, each]) => same(field(item, name) ?? DEFAULT_KEYS[name], each)),
  );
}

/** The one key of lists that objects may leave out. */
const DEFAULT_KEYS: Record<string, unknown> = { protocol: 'TCP' };

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * What the server predicted, but for what others than `manager` changed in it: their fields are as they live, so what
 * mutating webhooks did is no difference (gitops-engine, removeWebhookMutation).
 * @throws Error when the prediction does not say who owns what
 */
export function withoutMutations(predicted: AnyObject, live: AnyObject, manager: string): AnyObject {
  const named = `${predicted.kind}/${predicted.metadata.name}`;
  if (!predicted.metadata.managedFields?.length)
    throw new Error(`predictedLive for resource ${named} must have the managedFields`);
  const sets = fieldsOf(predicted, entry => entry.manager === manager);
  if (sets.length === 0) throw new Error(`no managed fields found for manager: ${manager}`);
  let result = structuredClone(live) as unknown;
  for (const set of sets) result = overlay(set, result, predicted);
  return removeAbsent(result, predicted) as AnyObject;
}

/** `base` with the set's fields as `from` has them. */
function overlay(set: FieldSet, base: unknown, from: unknown): unknown {
  const names = Object.keys(set).filter(name => name !== '.');
  if (names.length === 0) return structuredClone(from);
  const result = Array.isArray(from)
    ? [...(Array.isArray(base) ? base : [])]
    : { ...(isFields(base) ? base : {}) };
  for (const element of names) {
    const source = itemAt(from, element);
    if (!source) continue;
    const present = itemAt(result, element);
    const value = overlay(set[element] as FieldSet, present?.value, source.value);
    put(result, element, present?.value, value);
  }
  return result;
}

function put(into: unknown[] | Fields, element: string, present: unknown, value: unknown): void {
  if (!Array.isArray(into)) {
    setField(into, element.slice(2), value);
    return;
  }
  const index = into.indexOf(present);
  if (index >= 0) into[index] = value;
  if (index < 0) into.push(value);
}

/** What the prediction does not have any more is gone, whoever owned it. */
function removeAbsent(value: unknown, predicted: unknown): unknown {
  if (Array.isArray(value) && Array.isArray(predicted)) return removeAbsentItems(value, predicted);
  if (!isFields(value) || !isFields(predicted)) return value;
  const kept: Fields = {};
  for (const [name, each] of Object.entries(value))
    if (Object.hasOwn(predicted, name)) setField(kept, name, removeAbsent(each, predicted[name]));
  return kept;
}

const LIST_KEYS = [
  'name',
  'containerPort',
  'port',
  'mountPath',
  'devicePath',
  'ip',
  'key',
  'type',
  'topologyKey',
  'uid',
];

function removeAbsentItems(list: unknown[], predicted: unknown[]): unknown[] {
  const key = LIST_KEYS.find(name => isKey(list, name) && isKey(predicted, name));
  if (key === undefined)
    return list.filter(item => isFields(item) || predicted.some(each => same(each, item)));
  const names = new Map(predicted.map(item => [field(item as Fields, key), item]));
  return list
    .filter(item => names.has(field(item as Fields, key)))
    .map(item => removeAbsent(item, names.get(field(item as Fields, key))));
}

/** Whether every item has this field, each another value. */
function isKey(list: unknown[], name: string): boolean {
  const values = list.map(item => (isFields(item) ? field(item, name) : undefined));
  return !values.includes(undefined) && new Set(values).size === values.length;
}
