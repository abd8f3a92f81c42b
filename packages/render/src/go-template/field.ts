// Fields and methods: `.a.b`, `$x.a`, `(pipe).a`.
import { ANY, type Argument, zeroOf } from './argument.ts';
import { type Call, callFunction, MISSING } from './call.ts';
import type { Execution } from './execution.ts';
import type { Node } from './node.ts';
import { quote } from './quote.ts';
import { typeName } from './type-name.ts';
import { collectionType, type GoMap, GoNil, GoStruct, type GoValue, isGoMap, methodOf } from './value.ts';

/** Names one after the other, as they are written: `.a.b` of something. */
export interface Chain {
  readonly node: Node;
  readonly names: readonly string[];
  readonly args: readonly Argument[];
  /** Whether what it starts from is declared as `interface {}`; asked only when it matters. */
  readonly startsAtInterface: (state: Execution) => boolean;
}

const NO_ARGUMENTS: readonly Argument[] = [];

/** Follows a chain of names; only the last may be a method that takes arguments or what came through the pipe. */
export function fieldChain(
  state: Execution,
  dot: GoValue,
  chain: Chain,
  start: GoValue,
  final: GoValue,
): GoValue {
  const { node, names, args } = chain;
  const given = args.length > 0 || final !== MISSING;
  let receiver = start;
  let owner: GoValue;
  for (let at = 0; at < names.length; at++) {
    const name = names[at] ?? '';
    const last = at === names.length - 1;
    const value = !(last && given) && isGoMap(receiver) ? plainValue(receiver, name) : undefined;
    if (value !== undefined) {
      owner = receiver;
      receiver = value;
      continue;
    }
    const isInterface = at === 0 ? chain.startsAtInterface(state) : hasInterfaces(owner, names[at - 1] ?? '');
    const call = { name, node, args: last ? args : NO_ARGUMENTS };
    const found = fieldOf(state, dot, { call, receiver, isInterface, final: last ? final : MISSING });
    owner = receiver;
    receiver = found;
  }
  state.lastOwner = owner;
  state.lastName = names.at(-1) ?? '';
  return receiver;
}

/** Whether the chain just followed led to something declared as `interface {}`. */
export function endedAtInterface(state: Execution): boolean {
  return hasInterfaces(state.lastOwner, state.lastName);
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
  readonly call: Call;
  readonly receiver: GoValue;
  readonly isInterface: boolean;
  readonly final: GoValue;
}

/** Go's `evalField`. */
function fieldOf(state: Execution, dot: GoValue, access: Access): GoValue {
  const { call, receiver, isInterface, final } = access;
  const { name, args } = call;
  if (receiver === undefined) {
    if (state.set.missingKey === 'error') state.fail(`nil data; no entry for key ${quote(name)}`);
    return undefined;
  }
  const type = isInterface ? ANY : typeName(receiver);
  if (receiver === null) return state.fail(`nil pointer evaluating ${ANY}.${name}`);
  const method = methodOf(receiver, name);
  if (method) return callFunction(state, dot, call, method, final);
  const hasArguments = args.length > 0 || final !== MISSING;
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
