// Pipelines and what they are made of, turned into closures once.
import { ANY, type Argument, type Evaluate, untypedConstant } from './argument.ts';
import { builtins } from './builtin/builtins.ts';
import { type Call, callBuiltin, callFunction, MISSING } from './call.ts';
import type { Execution } from './execution.ts';
import { type Chain, endedAtInterface, fieldChain } from './field.ts';
import {
  type ChainNode,
  type CommandNode,
  describeNode,
  type FieldNode,
  type IdentifierNode,
  type Node,
  type Operand,
  type PipeNode,
  type VariableNode,
} from './node.ts';
import type { GoValue } from './value.ts';

type Command = (state: Execution, dot: GoValue, final: GoValue) => GoValue;

/** A pipeline's value; declares or assigns its variables. A nil that comes out is no value (undefined). */
export function compilePipe(node: PipeNode): Evaluate {
  const commands = node.commands.map(compileCommand);
  const names = node.variables.map(variable => variable.names[0] ?? '$');
  const [first] = commands;
  if (first && commands.length === 1 && names.length === 0)
    return (state, dot) => {
      state.node = node;
      return first(state, dot, MISSING) ?? undefined;
    };
  return (state, dot) => {
    state.node = node;
    let value: GoValue = MISSING;
    for (const command of commands) value = command(state, dot, value) ?? undefined;
    for (const name of names) {
      if (node.isAssignment) assign(state, name, value, false);
      if (!node.isAssignment) state.push(name, value);
    }
    return value;
  };
}

export function assign(state: Execution, name: string, value: GoValue, isInterface: boolean): void {
  const index = state.variable(name);
  state.values[index] = value;
  state.interfaces[index] = isInterface;
}

function compileCommand(command: CommandNode): Command {
  const [first, ...rest] = command.args;
  const args = rest.map(compileArgument);
  switch (first.kind) {
    case 'field':
    case 'variable':
    case 'chain':
      return compileNames(first, args);
    case 'identifier':
      return compileFunction(first, command, args);
    case 'pipe':
      return refusingArguments(first, args, compilePipe(first), false);
    case 'dot':
      return refusingArguments(first, args, (_state, dot) => dot, true);
    case 'nil':
      return refusingArguments(first, args, state => state.fail('nil is not a command'), true);
    default:
      return refusingArguments(first, args, state => untypedConstant(state, first), true);
  }
}

/** What is no function takes no arguments. */
function refusingArguments(
  node: Operand,
  args: readonly Argument[],
  evaluate: Evaluate,
  marks: boolean,
): Command {
  return (state, dot, final) => {
    if (marks) state.node = node;
    refuseArguments(state, node, args, final);
    return evaluate(state, dot);
  };
}

function refuseArguments(state: Execution, node: Node, args: readonly Argument[], final: GoValue): void {
  if (args.length > 0 || final !== MISSING)
    state.fail(`can't give argument to non-function ${describeNode(node)}`);
}

function compileNames(node: FieldNode | VariableNode | ChainNode, args: readonly Argument[]): Command {
  if (node.kind === 'field') return compileField(node, args);
  return node.kind === 'variable' ? compileVariable(node, args) : compileChain(node, args);
}

function compileField(node: FieldNode, args: readonly Argument[]): Command {
  const chain: Chain = { node, names: node.names, args, startsAtInterface: state => state.dotIsInterface };
  return (state, dot, final) => {
    state.step();
    state.node = node;
    return fieldChain(state, dot, chain, dot, final);
  };
}

function compileVariable(node: VariableNode, args: readonly Argument[]): Command {
  const [name = '$', ...names] = node.names;
  const chain: Chain = { node, names, args, startsAtInterface: isInterfaceVariable(node) };
  return (state, dot, final) => {
    state.step();
    state.node = node;
    const start = state.values[state.variable(name)];
    if (names.length > 0) return fieldChain(state, dot, chain, start, final);
    refuseArguments(state, node, args, final);
    return start;
  };
}

function isInterfaceVariable({ names: [name = '$'] }: VariableNode): (state: Execution) => boolean {
  return state => state.interfaces[state.variable(name)] ?? false;
}

function compileChain(node: ChainNode, args: readonly Argument[]): Command {
  const inner = node.node;
  const { evaluate, isInterface } = compileArgument(inner);
  const startsAtInterface = isInterface ?? (() => false);
  const chain: Chain = { node, names: node.names, args, startsAtInterface };
  return (state, dot, final) => {
    state.step();
    state.node = node;
    if (!evaluate) return state.fail(`indirection through explicit nil in ${describeNode(node)}`);
    state.node = inner;
    return fieldChain(state, dot, chain, evaluate(state, dot), final);
  };
}

function compileFunction(node: IdentifierNode, context: Node, args: readonly Argument[]): Command {
  const { name } = node;
  const call: Call = { name, node: context, args };
  const builtin = builtins[name];
  return (state, dot, final) => {
    state.node = node;
    const own = state.set.functions.get(name);
    if (own) return callFunction(state, dot, call, own, final);
    if (!builtin) return state.fail(`"${name}" is not a defined function`);
    return callBuiltin(state, dot, call, builtin, final);
  };
}

/** An operand as an argument of something. */
function compileArgument(node: Operand): Argument {
  switch (node.kind) {
    case 'dot':
      return { node, evaluate: (_state, dot) => dot, isInterface: state => state.dotIsInterface };
    case 'pipe':
      return { node, evaluate: compilePipe(node) };
    case 'field':
    case 'variable':
    case 'chain': {
      const command = compileNames(node, []);
      const evaluate: Evaluate = (state, dot) => command(state, dot, MISSING);
      const isBare = node.kind === 'variable' && node.names.length === 1;
      return { node, evaluate, isInterface: isBare ? isInterfaceVariable(node) : endedAtInterface };
    }
    case 'identifier': {
      const command = compileFunction(node, node, []);
      const isInterface = (state: Execution): boolean => state.set.functions.get(node.name)?.out === ANY;
      return { node, evaluate: (state, dot) => command(state, dot, MISSING), isInterface };
    }
    default:
      return { node, evaluate: undefined };
  }
}
