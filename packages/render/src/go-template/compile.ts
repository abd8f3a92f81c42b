// Actions, turned into closures once: text, pipelines that print, if, with, range, template, break, continue.

import { isTrue } from './builtin/truth.ts';
import type { Action, Execution, Signal } from './execution.ts';
import { GoFunction } from './function.ts';
import {
  type ActionLike,
  type ActionNode,
  type BranchNode,
  describeNode,
  type ListNode,
  type TemplateNode,
} from './node.ts';
import { assign, compilePipe } from './pipeline.ts';
import { printValue } from './print-value.ts';
import { quote } from './quote.ts';
import { iterate } from './range.ts';
import { typeName } from './type-name.ts';
import type { GoValue } from './value.ts';

export function compileList({ nodes }: ListNode): Action {
  const actions = nodes.map(compileAction);
  const [only] = actions;
  // One frame less of the stack for each template within a template.
  if (only && actions.length === 1) return only;
  return (state, dot) => {
    for (const action of actions) {
      const signal = action(state, dot);
      if (signal !== 0) return signal;
    }
    return 0;
  };
}

function compileAction(node: ActionLike): Action {
  switch (node.kind) {
    case 'text':
      return state => {
        state.write(node.text);
        return 0;
      };
    case 'action':
      return compilePrint(node);
    case 'if':
    case 'with':
      return compileBranch(node);
    case 'range':
      return compileRange(node);
    case 'template':
      return compileTemplate(node);
    case 'break':
      return () => 1;
    case 'continue':
      return () => 2;
  }
}

function compilePrint(node: ActionNode): Action {
  const pipe = compilePipe(node.pipe);
  const prints = node.pipe.variables.length === 0;
  return (state, dot) => {
    state.step();
    state.node = node;
    const value = pipe(state, dot);
    if (!prints) return 0;
    state.node = node;
    if (value instanceof GoFunction)
      state.fail(`can't print ${describeNode(node)} of type ${typeName(value)}`);
    state.write(printValue(value, state.budget.most));
    return 0;
  };
}

function compileBranch(node: BranchNode): Action {
  const pipe = compilePipe(node.pipe);
  const list = compileList(node.list);
  const otherwise = node.elseList && compileList(node.elseList);
  return (state, dot) => {
    state.step();
    state.node = node;
    const mark = state.names.length;
    const value = pipe(state, dot);
    const signal = isTrue(value) ? branch(state, node, dot, value, list) : (otherwise?.(state, dot) ?? 0);
    state.pop(mark);
    return signal;
  };
}

/** `with` makes its value dot, `if` leaves dot as it is. */
function branch(state: Execution, node: BranchNode, dot: GoValue, value: GoValue, list: Action): Signal {
  if (node.kind === 'if') return list(state, dot);
  const wasInterface = state.dotIsInterface;
  state.dotIsInterface = false;
  const signal = list(state, value);
  state.dotIsInterface = wasInterface;
  return signal;
}

function compileRange(node: BranchNode): Action {
  const pipe = compilePipe(node.pipe);
  const list = compileList(node.list);
  const otherwise = node.elseList && compileList(node.elseList);
  const variables = node.pipe.variables.length;
  return (state, dot) => {
    state.step();
    state.node = node;
    const start = state.names.length;
    const wasInterface = state.dotIsInterface;
    const value = pipe(state, dot);
    const mark = state.names.length;
    let jump: Signal = 0;
    const visited = iterate(state, value, variables, (index, element, isInterface) => {
      state.step();
      setVariables(state, node, index, element, isInterface);
      state.dotIsInterface = isInterface;
      jump = list(state, element);
      state.pop(mark);
      return jump === 1;
    });
    state.dotIsInterface = wasInterface;
    const signal = visited ? 0 : (otherwise?.(state, dot) ?? 0);
    state.pop(start);
    return signal;
  };
}

/** The variables of `range $index, $element :=`: on top of the stack, where the pipeline put them. */
function setVariables(
  state: Execution,
  { pipe: { variables, isAssignment } }: BranchNode,
  index: GoValue,
  element: GoValue,
  isInterface: boolean,
): void {
  const last = variables.length - 1;
  for (const [at, { names }] of variables.entries()) {
    const value = at === last ? element : index;
    if (isAssignment) {
      assign(state, names[0] ?? '$', value, at === last && isInterface);
      continue;
    }
    const slot = state.names.length - variables.length + at;
    state.values[slot] = value;
    state.interfaces[slot] = at === last && isInterface;
  }
}

function compileTemplate(node: TemplateNode): Action {
  const pipe = node.pipe && compilePipe(node.pipe);
  return (state, dot) => {
    state.step();
    state.node = node;
    const compiled = state.set.find(node.name) ?? state.fail(`template ${quote(node.name)} not defined`);
    state.checkDepth();
    state.enter(compiled, pipe?.(state, dot), state.set, state.output);
    return 0;
  };
}
