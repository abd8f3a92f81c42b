import { KustomizeError } from '../kustomize-error.ts';
import type { JsonValue } from '../node/node-value.ts';

type JsonMap = { [key: string]: JsonValue };
type Container = JsonMap | JsonValue[];

/** One operation as it was written; its fields are looked at when it is applied. */
export type JsonOperation = JsonMap;

const MISSING = 'missing value';

/** @throws KustomizeError when it is no list of objects, in Go's words */
export function decodeJsonPatch(value: JsonValue): JsonOperation[] {
  if (value === null) return [];
  if (!Array.isArray(value)) throw notA(value, 'jsonpatch.Patch');
  return value.map(operation => {
    if (!isContainer(operation) || Array.isArray(operation)) throw notA(operation, 'jsonpatch.Operation');
    return operation;
  });
}

function notA(value: JsonValue, type: string): KustomizeError {
  const names: Record<string, string> = {
    string: 'string',
    boolean: 'bool',
    number: 'number',
    bigint: 'number',
  };
  const name = Array.isArray(value) ? 'array' : (names[typeof value] ?? 'object');
  return new KustomizeError(`json: cannot unmarshal ${name} into Go value of type ${type}`);
}

function isContainer(value: JsonValue | undefined): value is Container {
  return typeof value === 'object' && value !== null;
}

/**
 * Applies JSON patch operations to a value, which they change (evanphx/json-patch 4: a replaced field of an object
 * need not be there, negative indexes count from the end).
 * @throws KustomizeError in that library's words
 */
export function applyJsonPatch(document: JsonValue, operations: readonly JsonOperation[]): JsonValue {
  let result = document;
  for (const operation of operations) result = applyOne(result, operation);
  return result;
}

function applyOne(document: JsonValue, operation: JsonOperation): JsonValue {
  const kind = typeof operation.op === 'string' ? operation.op : 'unknown';
  if (kind === 'replace') return replace(document, operation);
  const apply = CHANGES.get(kind);
  if (!apply) throw new KustomizeError(`Unexpected kind: ${kind}`);
  apply(document, operation);
  return document;
}

const CHANGES = new Map([
  ['add', add],
  ['remove', remove],
  ['move', move],
  ['test', test],
  ['copy', copy],
]);

function givenValue(operation: JsonOperation): JsonValue {
  return structuredClone(operation.value ?? null);
}

function pathOf(operation: JsonOperation, field: 'path' | 'from', failure: string): string {
  const path = operation[field];
  if (typeof path === 'string') return path;
  throw new KustomizeError(`${failure}: ${MISSING}`);
}

function add(document: JsonValue, operation: JsonOperation): void {
  const path = pathOf(operation, 'path', 'add operation failed to decode path');
  const place = find(document, path, `add operation does not apply: doc is missing path: "${path}"`);
  prefixed(`error in add for path: '${path}'`, () => put(place, givenValue(operation)));
}

function remove(document: JsonValue, operation: JsonOperation): void {
  const path = pathOf(operation, 'path', 'remove operation failed to decode path');
  const place = find(document, path, `remove operation does not apply: doc is missing path: "${path}"`);
  prefixed(`error in remove for path: '${path}'`, () => take(place));
}

function replace(document: JsonValue, operation: JsonOperation): JsonValue {
  const path = pathOf(
    operation,
    'path',
    'replace operation failed to decode path: operation missing path field',
  );
  const value = givenValue(operation);
  if (path === '') {
    if (isContainer(value)) return value;
    throw new KustomizeError('replace operation value must be object or array: %!w(<nil>)');
  }
  const place = find(document, path, `replace operation does not apply: doc is missing path: ${path}`);
  const { container, key } = place;
  if (!Array.isArray(container)) {
    set(container, key, value);
    return document;
  }
  if (indexIn(container, key) === undefined)
    throw new KustomizeError(`replace operation does not apply: doc is missing key: ${path}: ${MISSING}`);
  container[indexIn(container, key) ?? 0] = value;
  return document;
}

function move(document: JsonValue, operation: JsonOperation): void {
  const from = pathOf(
    operation,
    'from',
    'move operation failed to decode from: operation, missing from field',
  );
  const source = find(document, from, `move operation does not apply: doc is missing from path: ${from}`);
  const value = prefixed(`error in move for path: '${source.key}'`, () => {
    const found = get(source);
    take(source);
    return found;
  });
  const path = pathOf(
    operation,
    'path',
    'move operation failed to decode path: operation missing path field',
  );
  const place = find(
    document,
    path,
    `move operation does not apply: doc is missing destination path: ${path}`,
  );
  prefixed(`error in move for path: '${path}'`, () => put(place, value ?? null));
}

function test(document: JsonValue, operation: JsonOperation): void {
  const path = pathOf(
    operation,
    'path',
    'test operation failed to decode path: operation missing path field',
  );
  const wanted = operation.value ?? null;
  const found =
    path === ''
      ? document
      : prefixed(`error in test for path: '${path}'`, () =>
          get(find(document, path, `test operation does not apply: is missing path: ${path}`)),
        );
  if (!equal(found ?? null, wanted)) throw new KustomizeError(`testing value ${path} failed: test failed`);
}

function copy(document: JsonValue, operation: JsonOperation): void {
  const from = pathOf(
    operation,
    'from',
    'copy operation failed to decode from: operation, missing from field',
  );
  const source = find(document, from, `copy operation does not apply: doc is missing from path: ${from}`);
  const value = prefixed(`error in copy for from: '${from}'`, () => get(source));
  const path = pathOf(operation, 'path', 'copy operation failed to decode path');
  const place = find(
    document,
    path,
    `copy operation does not apply: doc is missing destination path: ${path}`,
  );
  prefixed('error while adding value during copy', () => put(place, structuredClone(value ?? null)));
}

/** Errors of `find` have no prefix of their own within `test`. */
class MissingPathError extends KustomizeError {}

function prefixed<T>(prefix: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof KustomizeError) || error instanceof MissingPathError) throw error;
    throw new KustomizeError(`${prefix}: ${error.message}`);
  }
}

interface PlaceIn {
  container: Container;
  key: string;
}

/** The container of what a pointer names. */
function find(document: JsonValue, pointer: string, failure: string): PlaceIn {
  const [first, ...parts] = pointer.split('/');
  const key = parts.pop();
  let container: JsonValue | undefined = document;
  if (first === undefined || key === undefined) container = undefined;
  for (const part of parts)
    container = isContainer(container) ? inside(container, unescaped(part)) : undefined;
  if (!isContainer(container)) throw new MissingPathError(`${failure}: ${MISSING}`);
  return { container, key: unescaped(key ?? '') };
}

function inside(container: Container, key: string): JsonValue | undefined {
  if (!Array.isArray(container)) return Object.hasOwn(container, key) ? container[key] : undefined;
  const index = indexIn(container, key);
  return index === undefined ? undefined : container[index];
}

function unescaped(part: string): string {
  return part.replaceAll('~1', '/').replaceAll('~0', '~');
}

function parsedIndex(key: string): number {
  if (/^[-+]?\d+$/.test(key)) return Number(key);
  throw new KustomizeError(`strconv.Atoi: parsing ${JSON.stringify(key)}: invalid syntax`);
}

function indexIn(list: JsonValue[], key: string): number | undefined {
  if (!/^[-+]?\d+$/.test(key)) return undefined;
  const index = Number(key) < 0 ? Number(key) + list.length : Number(key);
  return index >= 0 && index < list.length ? index : undefined;
}

function invalidIndex(index: number): KustomizeError {
  return new KustomizeError(`Unable to access invalid index: ${index}: invalid index referenced`);
}

function get({ container, key }: PlaceIn): JsonValue | undefined {
  if (!Array.isArray(container)) return Object.hasOwn(container, key) ? container[key] : undefined;
  const index = indexIn(container, key);
  if (index === undefined) throw invalidIndex(parsedIndex(key));
  return container[index];
}

function set(map: JsonMap, key: string, value: JsonValue): void {
  Object.defineProperty(map, key, { value, enumerable: true, writable: true, configurable: true });
}

function put({ container, key }: PlaceIn, value: JsonValue): void {
  if (!Array.isArray(container)) {
    set(container, key, value);
    return;
  }
  if (key === '-') {
    container.push(value);
    return;
  }
  if (!/^[-+]?\d+$/.test(key))
    throw new KustomizeError(
      `value was not a proper array index: '${key}': strconv.Atoi: parsing ${JSON.stringify(key)}: invalid syntax`,
    );
  const given = Number(key);
  const index = given < 0 ? given + container.length + 1 : given;
  if (index < 0 || index > container.length) throw invalidIndex(given);
  container.splice(index, 0, value);
}

function take({ container, key }: PlaceIn): void {
  if (Array.isArray(container)) {
    const index = indexIn(container, key);
    if (index === undefined) throw invalidIndex(parsedIndex(key));
    container.splice(index, 1);
    return;
  }
  if (!Object.hasOwn(container, key))
    throw new KustomizeError(`Unable to remove nonexistent key: ${key}: ${MISSING}`);
  delete container[key];
}

function equal(one: JsonValue, other: JsonValue): boolean {
  if (!isContainer(one) || !isContainer(other)) return one === other;
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const [left, right] = [one as JsonMap, other as JsonMap];
  const keys = Object.keys(left);
  return (
    keys.length === Object.keys(right).length &&
    keys.every(key => Object.hasOwn(right, key) && equal(left[key] ?? null, right[key] ?? null))
  );
}
