import { GoError, GoFunction } from '../go-template/function.ts';
import { GoComplex, GoNamed, GoNil, GoStruct, type GoValue, SizedInt } from '../go-template/value.ts';

/** What `reflect.Value.Kind().String()` says of a value. */
export function kindOf(value: GoValue): string {
  switch (typeof value) {
    case 'string':
      return 'string';
    case 'bigint':
      return 'int';
    case 'number':
      return 'float64';
    case 'boolean':
      return 'bool';
    case 'undefined':
      return 'invalid';
  }
  return value === null ? 'invalid' : objectKind(value);
}

function objectKind(value: GoValue & object): string {
  if (Array.isArray(value) || value instanceof Uint8Array) return 'slice';
  if (value instanceof SizedInt) return value.kind;
  if (value instanceof GoStruct) return value.pointer ? 'ptr' : 'struct';
  if (value instanceof GoNamed) return kindOf(value.value);
  if (value instanceof GoNil) return 'ptr';
  if (value instanceof GoFunction) return 'func';
  return value instanceof GoComplex ? 'complex128' : 'map';
}

/** What lies under a named type. */
export function underlying(value: GoValue): GoValue {
  return value instanceof GoNamed ? underlying(value.value) : value;
}

/** sprig's `empty`: zero, "", false, nil, and what has no elements; a struct never is. */
export function isEmpty(given: GoValue): boolean {
  const value = underlying(given);
  if (value === null || value === undefined || value === '' || value === false) return true;
  if (value === 0 || value === 0n) return true;
  if (typeof value !== 'object') return false;
  if (value instanceof SizedInt) return value.value === 0n;
  if (Array.isArray(value) || value instanceof Uint8Array) return value.length === 0;
  if (value instanceof GoComplex) return value.real === 0 && value.imaginary === 0;
  if (value instanceof GoNil) return true;
  if (value instanceof GoStruct || value instanceof GoFunction) return false;
  return Object.keys(value).length === 0;
}

/**
 * The elements of a slice, or undefined for what is none.
 * @throws GoError for a nil, as Go does when it is asked for the type of nothing
 */
export function elementsOf(list: GoValue): readonly GoValue[] | undefined {
  const value = underlying(list);
  if (value === null || value === undefined) throw nilPointer();
  if (Array.isArray(value)) return value;
  if (value instanceof Uint8Array) return Array.from(value, byte => new SizedInt('uint8', BigInt(byte)));
  return undefined;
}

/** The elements of a slice; `problem` begins the error that names the kind of what is none. */
export function listElements(list: GoValue, problem: string): readonly GoValue[] {
  const elements = elementsOf(list);
  if (!elements) throw new GoError(`${problem} ${kindOf(list)}`);
  return elements;
}

export function nilPointer(): GoError {
  return new GoError('runtime error: invalid memory address or nil pointer dereference');
}

/** What Go's reflect says when it is asked for the type of nothing. */
export function noValue(): GoError {
  return new GoError('reflect: call of reflect.Value.Type on zero Value');
}
