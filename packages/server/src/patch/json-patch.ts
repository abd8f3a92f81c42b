import { type Json, StatusError } from '@slipway/api';

export interface JsonPatchOperation {
  op: string;
  path?: string;
  from?: string;
  value?: Json;
}

type Container = { [key: string]: Json } | Json[];

/**
 * RFC 6902 as the API server applies it: negative indices are refused, a missing path to `remove` is an error.
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
  switch (operation.op) {
    case 'add':
      return add(document, pathOf(operation), valueIn(operation));
    case 'remove':
      return remove(document, pathOf(operation)).document;
    case 'replace':
      return replace(document, pathOf(operation), valueIn(operation));
    case 'move': {
      const taken = remove(document, fromOf(operation));
      return add(taken.document, pathOf(operation), taken.value);
    }
    case 'copy':
      return add(document, pathOf(operation), structuredClone(read(document, fromOf(operation), 'copy')));
    case 'test':
      return test(document, pathOf(operation), operation.value ?? null);
    default:
      return refuse(`Unexpected kind: ${operation.op}`);
  }
}

function refuse(message: string): never {
  throw new StatusError(
    'Invalid',
    `the server rejected our request due to an error in our request: ${message}`,
  );
}

function pathOf({ path }: JsonPatchOperation): string[] {
  return typeof path === 'string' ? tokensOf(path) : refuse('missing path in operation');
}

function fromOf({ from }: JsonPatchOperation): string[] {
  return typeof from === 'string' ? tokensOf(from) : refuse('missing from in operation');
}

function valueIn({ value, op, path }: JsonPatchOperation): Json {
  return value === undefined ? refuse(`${op} operation without a value: ${path}`) : value;
}

function tokensOf(pointer: string): string[] {
  if (pointer === '') return [];
  return pointer
    .split('/')
    .slice(pointer.startsWith('/') ? 1 : 0)
    .map(token => token.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function isContainer(value: Json | undefined): value is Container {
  return typeof value === 'object' && value !== null;
}

/** The container that holds the last token, or undefined when the way there is missing. */
function parentOf(document: Json, tokens: string[]): Container | undefined {
  let at: Json | undefined = document;
  for (const token of tokens.slice(0, -1)) at = isContainer(at) ? childOf(at, token) : undefined;
  return isContainer(at) ? at : undefined;
}

function childOf(container: Container, token: string): Json | undefined {
  if (!Array.isArray(container)) return Object.hasOwn(container, token) ? container[token] : undefined;
  return /^(0|[1-9]\d*)$/.test(token) ? container[Number(token)] : undefined;
}

function read(document: Json, tokens: string[], operation: string): Json {
  if (tokens.length === 0) return document;
  const parent = parentOf(document, tokens);
  const value = parent && childOf(parent, tokens.at(-1) ?? '');
  return value === undefined ? missing(operation, tokens) : value;
}

function missing(operation: string, tokens: string[]): never {
  return refuse(
    `${operation} operation does not apply: doc is missing path: /${tokens.join('/')}: missing value`,
  );
}

function add(document: Json, tokens: string[], value: Json): Json {
  const last = tokens.at(-1);
  if (last === undefined) return value;
  const parent = parentOf(document, tokens) ?? missing('add', tokens);
  if (!Array.isArray(parent)) {
    Object.defineProperty(parent, last, { value, writable: true, enumerable: true, configurable: true });
    return document;
  }
  parent.splice(last === '-' ? parent.length : indexOf(last, parent.length, tokens), 0, value);
  return document;
}

function indexOf(token: string, most: number, tokens: string[]): number {
  const index = /^(0|[1-9]\d*)$/.test(token) ? Number(token) : -1;
  if (index >= 0 && index <= most) return index;
  return refuse(`Unable to access invalid index: ${token} in /${tokens.join('/')}: invalid index referenced`);
}

function replace(document: Json, tokens: string[], value: Json): Json {
  const last = tokens.at(-1);
  if (last === undefined) return value;
  read(document, tokens, 'replace');
  const parent = parentOf(document, tokens) ?? missing('replace', tokens);
  if (Array.isArray(parent)) parent[Number(last)] = value;
  if (!Array.isArray(parent)) parent[last] = value;
  return document;
}

function remove(document: Json, tokens: string[]): { document: Json; value: Json } {
  const value = read(document, tokens, 'remove');
  const last = tokens.at(-1);
  if (last === undefined) return { document: null, value };
  const parent = parentOf(document, tokens) ?? missing('remove', tokens);
  if (Array.isArray(parent)) parent.splice(Number(last), 1);
  if (!Array.isArray(parent)) delete parent[last];
  return { document, value };
}

function test(document: Json, tokens: string[], expected: Json): Json {
  const parent = tokens.length === 0 ? undefined : parentOf(document, tokens);
  const found = tokens.length === 0 ? document : parent && childOf(parent, tokens.at(-1) ?? '');
  if (isEqual(found ?? null, expected)) return document;
  return refuse(`testing value /${tokens.join('/')} failed: test failed`);
}

function isEqual(a: Json | undefined, b: Json | undefined): boolean {
  if (!isContainer(a) || !isContainer(b)) return a === b;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every(key => Object.hasOwn(b, key) && isEqual(Reflect.get(a, key), Reflect.get(b, key)))
  );
}
