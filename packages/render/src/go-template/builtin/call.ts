import { ANY, canBeNil, isAssignable, nilOf, sized } from '../argument.ts';
import { GoError, GoFunction, type TemplateCall } from '../function.ts';
import { typeName } from '../type-name.ts';
import { type GoValue, type IntKind, SizedInt } from '../value.ts';

/** `call fn args…`; `name` is how the function is written in the template. */
export function callValue(call: TemplateCall, name: string, [fn, ...args]: GoValue[]): GoValue {
  if (fn === null || fn === undefined) throw new GoError('call of nil');
  if (!(fn instanceof GoFunction)) throw new GoError(`non-function ${name} of type ${typeName(fn)}`);
  const fixed = fn.in.length;
  const few = `wrong number of args for ${name}: got ${args.length} want`;
  if (fn.variadic !== undefined && args.length < fixed) throw new GoError(`${few} at least ${fixed}`);
  if (fn.variadic === undefined && args.length !== fixed) throw new GoError(`${few} ${fixed}`);
  return fn.call(
    call,
    args.map((value, index) => prepared(value, fn.in[index] ?? fn.variadic ?? ANY, index)),
  );
}

/** Unlike arguments of a call by name, integers are converted from one kind to another. */
function prepared(value: GoValue, type: string, index: number): GoValue {
  if (value === null || value === undefined) {
    if (!canBeNil(type)) throw new GoError(`arg ${index}: value is nil; should be of type ${type}`);
    return nilOf(type);
  }
  if (isAssignable(value, type)) return value;
  const integer = value instanceof SizedInt ? value.value : value;
  if (typeof integer !== 'bigint' || !/^u?int/.test(type))
    throw new GoError(`arg ${index}: value has type ${typeName(value)}; should be ${type}`);
  return type === 'int' ? BigInt.asIntN(64, integer) : sized(type as IntKind, integer);
}
