// Pipelines and what they are made of, turned into closures once.
import { ANY, type Argument, type Evaluate, untypedConstant } from './argument.ts';
import { builtins } from './builtin/builtins.ts';
import { callFunction, MISSING } from './call.ts';
import type { Execution } from './execution.ts';
import { fieldChain, type Given, NOTHING } from './field.ts';
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

function givenOf(args: readonly Argument[], final: GoValue): Given {
  return args.length === 0 && final === MISSING ? NOTHING : { args, final };
}

function compileNames(node: FieldNode | VariableNode | ChainNode, args: readonly Argument[]): Command {
  if (node.kind === 'field') return compileField(node, args);
  return node.kind === 'variable' ? compileVariable(node, args) : compileChain(node, args);
}

function compileField(node: FieldNode, args: readonly Argument[]): Command {
  const { names } = node;
  return (state, dot, final) => {
    state.step();
    state.node = node;
    return fieldChain(state, dot, {
      node,
      names,
      start: dot,
      isInterface: state.dotIsInterface,
      given: givenOf(args, final),
    });
  };
}

function compileVariable(node: VariableNode, args: readonly Argument[]): Command {
  const [name = '$', ...names] = node.names;
  return (state, dot, final) => {
    state.step();
    state.node = node;
    const index = state.variable(name);
    const start = state.values[index];
    if (names.length === 0) {
      refuseArguments(state, node, args, final);
      return start;
    }
    const isInterface = state.interfaces[index] ?? false;
    return fieldChain(state, dot, { node, names, start, isInterface, given: givenOf(args, final) });
  };
}

function compileChain(node: ChainNode, args: readonly Argument[]): Command {
  const { evaluate } = compileArgument(node.node);
  return (state, dot, final) => {
    state.step();
    state.node = node;
    if (!evaluate) return state.fail(`indirection through explicit nil in ${describeNode(node)}`);
    state.node = node.node;
    const start = evaluate(state, dot);
    return fieldChain(state, dot, {
      node,
      names: node.names,
      start,
      isInterface: node.node.kind === 'identifier' && state.set.functions.get(node.node.name)?.out === ANY,
      given: givenOf(args, final),
    });
  };
}

function compileFunction(node: IdentifierNode, context: Node, args: readonly Argument[]): Command {
  const { name } = node;
  const builtin = builtins[name];
  return (state, dot, final) => {
    state.node = node;
    const own = state.set.functions.get(name);
    const fn = own ?? builtin ?? state.fail(`"${name}" is not a defined function`);
    return callFunction(state, dot, { fn, name, isBuiltin: !own, node: context, args, final });
  };
}

/** An operand as an argument of something. */
function compileArgument(node: Operand): Argument {
  switch (node.kind) {
    case 'dot':
      return { node, evaluate: (_state, dot) => dot };
    case 'pipe':
      return { node, evaluate: compilePipe(node) };
    case 'field':
    case 'variable':
    case 'chain': {
      const command = compileNames(node, []);
      return { node, evaluate: (state, dot) => command(state, dot, MISSING) };
    }
    case 'identifier': {
      const command = compileFunction(node, node, []);
      return { node, evaluate: (state, dot) => command(state, dot, MISSING) };
    }
    default:
      return { node, evaluate: undefined };
  }
}
