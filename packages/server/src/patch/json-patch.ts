import { isDeepStrictEqual } from 'node:util';
import { type Json, StatusError } from '@slipway/api';

export interface JsonPatchOperation {
  op: string;
  path?: string;
  from?: string;
  value?: Json;
}

type Container = { [key: string]: Json } | Json[];

/**
 * RFC 6902 as the API server applies it: lenient about missing fields in `replace`, `copy` and `test`, strict about
 * `remove` and `move`.
 * @throws StatusError Invalid when an operation cannot be applied or a test fails
 */
export function applyJsonPatch(document: Json, operations: JsonPatchOperation[]): Json {
  if (operations.length > 10_000) {
    throw new StatusError(
      'RequestEntityTooLarge',
      `The allowed maximum operations in a JSON patch is 10000, got ${operations.length}`,
    );
  }
  return operations.reduce<Json>(applyOne, structuredClone(document));
}

function applyOne(document: Json, operation: JsonPatchOperation): Json {
  if (typeof operation !== 'object' || operation === null) return refuse('an operation is no object');
  switch (operation.op) {
    case 'add':
      return add(document, pathOf(operation), operation.value ?? null);
    case 'remove':
      return remove(document, pathOf(operation), 'remove').document;
    case 'replace':
      return replace(document, pathOf(operation), operation.value ?? null);
    case 'move': {
      const taken = remove(document, fromOf(operation), 'move');
      return add(taken.document, pathOf(operation), taken.value);
    }
    case 'copy':
      return add(document, pathOf(operation), structuredClone(read(document, fromOf(operation), 'copy')));
    case 'test':
      return test(document, pathOf(operation), operation.value ?? null);
    default:
      return refuse(`unexpected op: ${operation.op}`);
  }
}

/** The API server says no more than this in `message`; what exactly failed stands in the cause. */
function refuse(what: string): never {
  const message = 'the server rejected our request due to an error in our request';
  throw new StatusError('Invalid', message, {
    causes: [{ reason: 'UnexpectedServerResponse', message: what }],
  });
}

function pathOf({ path, op }: JsonPatchOperation): string[] {
  return typeof path === 'string' ? tokensOf(path) : refuse(`${op} operation without a path`);
}

function fromOf({ from, op }: JsonPatchOperation): string[] {
  return typeof from === 'string' ? tokensOf(from) : refuse(`${op} operation without from`);
}

function tokensOf(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map(token => token.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function isContainer(value: Json | undefined): value is Container {
  return typeof value === 'object' && value !== null;
}

/** The container that holds the last token. */
function parentOf(document: Json, tokens: string[], op: string): Container {
  let at: Json | undefined = document;
  for (const token of tokens.slice(0, -1)) at = isContainer(at) ? childOf(at, token) : undefined;
  return isContainer(at) ? at : missing(op, tokens);
}

function childOf(container: Container, token: string): Json | undefined {
  if (!Array.isArray(container)) return Object.hasOwn(container, token) ? container[token] : undefined;
  const index = indexOf(token, container.length);
  return index === undefined ? undefined : container[index];
}

/** Negative indices count from the end, as in the library the API server uses. */
function indexOf(token: string, length: number): number | undefined {
  if (!/^-?\d+$/.test(token)) return undefined;
  const index = Number(token) < 0 ? Number(token) + length : Number(token);
  return index >= 0 && index < length ? index : undefined;
}

function missing(op: string, tokens: string[]): never {
  return refuse(`${op} operation does not apply: doc is missing path: /${tokens.join('/')}`);
}

/** A missing field of an object reads as null; a missing item of a list is an error. */
function read(document: Json, tokens: string[], op: string): Json {
  const last = tokens.at(-1);
  if (last === undefined) return document;
  const parent = parentOf(document, tokens, op);
  return childOf(parent, last) ?? (Array.isArray(parent) ? missing(op, tokens) : null);
}

function add(document: Json, tokens: string[], value: Json): Json {
  const last = tokens.at(-1);
  if (last === undefined) return value;
  const parent = parentOf(document, tokens, 'add');
  if (!Array.isArray(parent)) return put(document, parent, last, value);
  const index = last === '-' ? parent.length : indexOf(last, parent.length + 1);
  if (index === undefined) return missing('add', tokens);
  parent.splice(index, 0, value);
  return document;
}

/** `__proto__` is a field name like any other in JSON. */
function put(document: Json, parent: Container, key: string, value: Json): Json {
  Object.defineProperty(parent, key, { value, writable: true, enumerable: true, configurable: true });
  return document;
}

function replace(document: Json, tokens: string[], value: Json): Json {
  const last = tokens.at(-1);
  if (last === undefined) return value;
  const parent = parentOf(document, tokens, 'replace');
  if (!Array.isArray(parent)) return put(document, parent, last, value);
  const index = indexOf(last, parent.length);
  return index === undefined ? missing('replace', tokens) : put(document, parent, String(index), value);
}

function remove(document: Json, tokens: string[], op: string): { document: Json; value: Json } {
  const last = tokens.at(-1);
  if (last === undefined) return missing(op, tokens);
  const parent = parentOf(document, tokens, op);
  const value = childOf(parent, last);
  if (value === undefined) return missing(op, tokens);
  if (Array.isArray(parent)) parent.splice(indexOf(last, parent.length) ?? 0, 1);
  if (!Array.isArray(parent)) delete parent[last];
  return { document, value };
}

function test(document: Json, tokens: string[], expected: Json): Json {
  if (isDeepStrictEqual(read(document, tokens, 'test'), expected)) return document;
  return refuse(`testing path /${tokens.join('/')} failed`);
}
