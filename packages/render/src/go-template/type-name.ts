import { GoFunction } from './function.ts';
import { collectionType, GoComplex, GoNamed, GoNil, GoStruct, type GoValue, SizedInt } from './value.ts';

/** A value's Go type, as `%T` prints it; `interface {}` of a nil. */
export function typeName(value: GoValue): string {
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
      return 'interface {}';
  }
  return value === null ? 'interface {}' : objectTypeName(value);
}

function objectTypeName(value: GoValue & object): string {
  if (value instanceof SizedInt) return value.kind;
  if (value instanceof GoStruct) return value.pointer ? `*${value.type.name}` : value.type.name;
  if (value instanceof GoNamed) return value.type;
  if (value instanceof GoNil) return value.type;
  if (value instanceof Uint8Array) return '[]uint8';
  if (value instanceof GoComplex) return 'complex128';
  if (value instanceof GoFunction) return functionTypeName(value);
  return collectionType(value).name;
}

function functionTypeName(fn: GoFunction): string {
  const rest = fn.variadic === undefined ? [] : [`...${fn.variadic}`];
  return `func(${[...fn.in, ...rest].join(', ')}) ${fn.out}`;
}
