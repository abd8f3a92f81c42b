// Fields and methods: `.a.b`, `$x.a`, `(pipe).a`.
import { ANY, type Argument, zeroOf } from './argument.ts';
import { callFunction, MISSING } from './call.ts';
import type { Execution } from './execution.ts';
import type { Node } from './node.ts';
import { quote } from './quote.ts';
import { typeName } from './type-name.ts';
import { collectionType, type GoMap, GoNil, GoStruct, type GoValue, isGoMap, methodOf } from './value.ts';

/** What follows a name: arguments, and the value that came through the pipe. */
export interface Given {
  readonly args: readonly Argument[];
  readonly final: GoValue;
}

export const NOTHING: Given = { args: [], final: MISSING };

/** A chain of names on a value; only the last may be a method with arguments. */
export function fieldChain(
  state: Execution,
  dot: GoValue,
  chain: { node: Node; names: readonly string[]; start: GoValue; isInterface: boolean; given: Given },
): GoValue {
  const { node, names, given } = chain;
  let receiver = chain.start;
  let owner: GoValue;
  for (let at = 0; at < names.length; at++) {
    const name = names[at] ?? '';
    const last = at === names.length - 1;
    const value = isGoMap(receiver) && !(last && given !== NOTHING) ? plainValue(receiver, name) : undefined;
    if (value !== undefined) {
      owner = receiver;
      receiver = value;
      continue;
    }
    const isInterface = at === 0 ? chain.isInterface : hasInterfaces(owner, names[at - 1] ?? '');
    const found = fieldOf(state, dot, { node, name, receiver, isInterface, given: last ? given : NOTHING });
    owner = receiver;
    receiver = found;
  }
  return receiver;
}

/** The value of a key where nothing else could be meant. */
function plainValue(map: GoMap, name: string): GoValue {
  const value = map[name];
  return value !== undefined && Object.hasOwn(map, name) && !collectionType(map).methods ? value : undefined;
}

/** Whether what a name led to is declared as `interface {}`. */
function hasInterfaces(owner: GoValue, name: string): boolean {
  const method = methodOf(owner, name);
  if (method) return method.out === ANY;
  if (owner instanceof GoStruct) return owner.type.fields[name] === ANY;
  return isGoMap(owner) && collectionType(owner).element === ANY;
}

interface Access {
  readonly node: Node;
  readonly name: string;
  readonly receiver: GoValue;
  readonly isInterface: boolean;
  readonly given: Given;
}

/** Go's `evalField`. */
function fieldOf(state: Execution, dot: GoValue, access: Access): GoValue {
  const { name, node, receiver, isInterface, given } = access;
  if (receiver === undefined) {
    if (state.set.missingKey === 'error') state.fail(`nil data; no entry for key ${quote(name)}`);
    return undefined;
  }
  const type = isInterface ? ANY : typeName(receiver);
  if (receiver === null) return state.fail(`nil pointer evaluating ${ANY}.${name}`);
  const method = methodOf(receiver, name);
  if (method) return callFunction(state, dot, { fn: method, name, node, isBuiltin: false, ...given });
  const hasArguments = given.args.length > 0 || given.final !== MISSING;
  if (receiver instanceof GoStruct && Object.hasOwn(receiver.type.fields, name)) {
    if (!/^\p{Lu}/u.test(name)) state.fail(`${name} is an unexported field of struct type ${type}`);
    if (hasArguments) state.fail(`${name} has arguments but cannot be invoked as function`);
    return receiver.fields[name] ?? zeroOf(receiver.type.fields[name] ?? ANY);
  }
  if (isGoMap(receiver)) {
    if (hasArguments) state.fail(`${name} is not a method but has arguments`);
    return keyOf(state, receiver, name);
  }
  const isField =
    !(receiver instanceof GoNil && receiver.struct) || Object.hasOwn(receiver.struct.fields, name);
  if (receiver instanceof GoNil && isField) return state.fail(`nil pointer evaluating ${type}.${name}`);
  return state.fail(`can't evaluate field ${name} in type ${type}`);
}

function keyOf(state: Execution, map: GoMap, name: string): GoValue {
  if (Object.hasOwn(map, name)) return map[name] ?? null;
  const { missingKey } = state.set;
  if (missingKey === 'error') state.fail(`map has no entry for key ${quote(name)}`);
  return missingKey === 'zero' ? zeroOf(collectionType(map).element) : undefined;
}
