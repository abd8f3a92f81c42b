import { printGo } from './format.ts';
import { GoStruct, type GoValue } from './value.ts';

/** A value as a template writes it: `<no value>` where there is none, what a pointer points to. */
export function printValue(value: GoValue, most?: number): string {
  return typeof value === 'string' ? value : printGo([printable(value)], most);
}

/** Several values as `html` and its kin see them. */
export function printValues(values: readonly GoValue[]): string {
  return printGo(values.map(value => (value === null ? '<no value>' : printable(value))));
}

/** Go's `printableValue`: a pointer to a struct prints as the struct, unless it prints itself. */
function printable(value: GoValue): GoValue {
  if (value === undefined) return '<no value>';
  if (!(value instanceof GoStruct)) return value;
  const { type } = value;
  if (hasText(type.methods)) return value;
  const byPointer = (value.pointer || value.addressable) && hasText(type.pointerMethods);
  return byPointer === value.pointer ? value : new GoStruct(type, value.fields, byPointer);
}

function hasText(methods: object | undefined): boolean {
  return methods !== undefined && ('String' in methods || 'Error' in methods);
}
