import { type Json, StatusError } from '@slipway/api';
import { fieldOf, itemOf, type ResourceInfo, type Schema } from '../schema/index.ts';
import { orderItems } from './element-order.ts';
import { badPatch, type Fields, goText, removeDirectives } from './strategic-directives.ts';

const ELEMENT_ORDER = '$setElementOrder/';
const DELETE_FROM_LIST = '$deleteFromPrimitiveList/';

/**
 * Strategic merge patch: lists merge by key as the kind's schema says, with `$patch`, `$retainKeys`,
 * `$setElementOrder/…` and `$deleteFromPrimitiveList/…` (apimachinery/pkg/util/strategicpatch).
 * @throws StatusError BadRequest when a directive cannot be followed
 */
export function applyStrategicPatch(document: Json, patch: Json, info: ResourceInfo): Json {
  if (!isMap(patch)) return badPatch('the patch is not an object');
  return mergeMap(isMap(document) ? document : {}, patch, info.schema);
}

function isMap(value: Json | undefined): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function mergeMap(original: Fields, patch: Fields, schema: Schema | undefined): Fields {
  const directive = patch.$patch;
  if (directive !== undefined) return replacement(directive, patch);
  const rest: Fields = { ...patch };
  const result = retainKeys(original, rest);
  mergeOrdered(result, rest, schema);
  for (const [key, value] of Object.entries(rest)) mergeField(result, key, value, schema);
  return result;
}

function replacement(directive: Json, patch: Fields): Fields {
  const { $patch: _directive, ...rest } = patch;
  if (directive === 'replace') return rest;
  if (directive === 'delete') return {};
  return unknownType(directive, patch);
}

/** `$retainKeys` drops every field that it does not name; it must name all that the patch sets. */
function retainKeys(original: Fields, patch: Fields): Fields {
  const keys = patch.$retainKeys;
  if (keys === undefined) return { ...original };
  delete patch.$retainKeys;
  if (!Array.isArray(keys)) return badPatch('invalid patch format of retainKeys');
  const named = new Set(keys);
  const stray = Object.entries(patch).some(
    ([key, value]) => value !== null && !key.startsWith('$') && !named.has(key),
  );
  if (stray) return badPatch('invalid patch format of retainKeys');
  return Object.fromEntries(Object.entries(original).filter(([key]) => named.has(key)));
}

/** Lists that come with an element order; what is handled here is taken out of `patch`. */
function mergeOrdered(result: Fields, patch: Fields, schema: Schema | undefined): void {
  for (const [directive, order] of Object.entries(patch)) {
    if (!directive.startsWith(ELEMENT_ORDER)) continue;
    delete patch[directive];
    const key = directive.slice(ELEMENT_ORDER.length);
    const field = schema && fieldOf(schema, key);
    const original = result[key];
    const changes = patch[key];
    if (!Array.isArray(order)) badPatch('invalid patch format of setElementOrder list');
    if (original === undefined && changes === undefined) continue;
    if (changes === null) continue;
    const mergeKey = field?.['x-kubernetes-patch-merge-key'];
    checkOrder(changes, order as Json[], mergeKey);
    const before = Array.isArray(original) ? original : [];
    const merged = Array.isArray(changes) ? mergeList(before, changes, field) : before;
    result[key] = orderItems(merged, order as Json[], before, mergeKey);
    delete patch[key];
  }
}

/** Every item that the patch sets must stand in the order, as upstream's clients send it. */
function checkOrder(changes: Json | undefined, order: Json[], mergeKey: string | undefined): void {
  if (!Array.isArray(changes)) return;
  const identity = (item: Json): Json | undefined => (mergeKey && isMap(item) ? item[mergeKey] : item);
  const known = new Set(order.map(identity));
  const kept = changes.filter(item => !(isMap(item) && item.$patch !== undefined));
  if (kept.every(item => known.has(identity(item)))) return;
  refuse(
    `The order in patch list:\n${goText(changes)}\n doesn't match $setElementOrder list:\n${goText(order)}\n`,
  );
}

function mergeField(result: Fields, key: string, value: Json, schema: Schema | undefined): void {
  if (key.startsWith(DELETE_FROM_LIST)) {
    deleteFromList(result, key, value);
    return;
  }
  const merged = value === null ? undefined : mergeValue(result[key], value, schema && fieldOf(schema, key));
  if (merged === undefined) delete result[key];
  if (merged !== undefined) set(result, key, merged);
}

function mergeValue(original: Json | undefined, value: Json, field: Schema | undefined): Json | undefined {
  if (isMap(original) && isMap(value)) {
    return field?.['x-kubernetes-patch-strategy'] === 'replace' ? value : mergeMap(original, value, field);
  }
  if (Array.isArray(original) && Array.isArray(value)) return mergeList(original, value, field);
  return removeDirectives(value);
}

function set(result: Fields, key: string, value: Json): void {
  Object.defineProperty(result, key, { value, writable: true, enumerable: true, configurable: true });
}

function deleteFromList(result: Fields, directive: string, values: Json): void {
  const key = directive.slice(DELETE_FROM_LIST.length);
  const original = result[key];
  if (!Array.isArray(values)) badPatch('invalid patch format of primitive list');
  if (!Array.isArray(original)) return;
  const gone = new Set(values as Json[]);
  result[key] = original.filter(item => !gone.has(item));
}

function mergeList(original: Json[], patch: Json[], field: Schema | undefined): Json[] {
  const strategies = field?.['x-kubernetes-patch-strategy']?.split(',') ?? [];
  if (!strategies.includes('merge')) return removeDirectives(patch) as Json[];
  if (![...original, ...patch].some(isMap)) {
    const merged = [...new Set([...original, ...patch])];
    return orderItems(merged, patch, original, undefined);
  }
  const mergeKey =
    field?.['x-kubernetes-patch-merge-key'] ?? badPatch('cannot merge lists without merge key');
  return mergeListOfMaps({ original, patch, mergeKey, items: field ? itemOf(field) : undefined });
}

interface ListMerge {
  original: Json[];
  patch: Json[];
  mergeKey: string;
  items: Schema | undefined;
}

function mergeListOfMaps({ original, patch, mergeKey, items }: ListMerge): Json[] {
  const plain = patch.filter(item => isMap(item) && item.$patch === undefined) as Fields[];
  const special = patch.filter(item => isMap(item) && item.$patch !== undefined) as Fields[];
  if (special.some(item => item.$patch === 'replace')) return plain;
  const gone = new Set(special.map(item => deletedKey(item, mergeKey)));
  const before = original.filter(item => !gone.has(keyOf(item, mergeKey)));
  const merged = [...before];
  for (const item of plain) {
    const key = keyOf(item, mergeKey);
    const place = merged.findIndex(other => keyOf(other, mergeKey) === key);
    if (place < 0) merged.push(removeDirectives(item) ?? {});
    if (place >= 0) merged[place] = mergeMap(merged[place] as Fields, item, items);
  }
  return orderItems(merged, plain, before, mergeKey);
}

function deletedKey(item: Fields, mergeKey: string): Json {
  if (item.$patch === 'delete') return keyOf(item, mergeKey);
  return unknownType(item.$patch ?? null, item);
}

function keyOf(item: Json, mergeKey: string): Json {
  const key = isMap(item) ? item[mergeKey] : undefined;
  if (key !== undefined) return key;
  return refuse(`map: ${goText(item)} does not contain declared merge key: ${mergeKey}`);
}

function unknownType(directive: Json, patch: Fields): never {
  return refuse(`unknown patch type: ${goText(directive)} in map: ${goText(patch)}`);
}

/** Upstream gives these no reason of their own. */
function refuse(message: string): never {
  throw new StatusError('InternalError', message);
}
