// The tree of a parsed template. Names are Go's (text/template/parse/node.go), as its errors print nodes.
import type { NumberConstant } from './number-syntax.ts';
import { quote } from './quote.ts';

/** The text a node comes from, for places in errors. */
export interface Source {
  readonly name: string;
  readonly text: string;
}

interface Place {
  readonly source: Source;
  /** Index in the source's text. */
  readonly position: number;
}

export interface ListNode extends Place {
  kind: 'list';
  nodes: ActionLike[];
}
export interface TextNode extends Place {
  kind: 'text';
  text: string;
}
export interface ActionNode extends Place {
  kind: 'action';
  pipe: PipeNode;
}
export interface BranchNode extends Place {
  kind: 'if' | 'with' | 'range';
  pipe: PipeNode;
  list: ListNode;
  elseList: ListNode | undefined;
}
export interface TemplateNode extends Place {
  kind: 'template';
  name: string;
  pipe: PipeNode | undefined;
}
export interface JumpNode extends Place {
  kind: 'break' | 'continue';
}
/** Ends a list; never in a tree. */
export interface MarkNode extends Place {
  kind: 'end' | 'else';
}
export interface PipeNode extends Place {
  kind: 'pipe';
  isAssignment: boolean;
  variables: VariableNode[];
  commands: CommandNode[];
}
export interface CommandNode extends Place {
  kind: 'command';
  args: [Operand, ...Operand[]];
}
export interface FieldNode extends Place {
  kind: 'field';
  names: string[];
}
export interface VariableNode extends Place {
  kind: 'variable';
  /** The variable with its `$`, then fields. */
  names: string[];
}
export interface ChainNode extends Place {
  kind: 'chain';
  node: Operand;
  names: string[];
}
export interface IdentifierNode extends Place {
  kind: 'identifier';
  name: string;
}
export interface DotNode extends Place {
  kind: 'dot' | 'nil';
}
export interface BoolNode extends Place {
  kind: 'bool';
  value: boolean;
}
export interface NumberNode extends Place {
  kind: 'number';
  text: string;
  constant: NumberConstant;
}
export interface StringNode extends Place {
  kind: 'string';
  quoted: string;
  text: string;
}

export type ActionLike = TextNode | ActionNode | BranchNode | TemplateNode | JumpNode;
export type Literal = BoolNode | NumberNode | StringNode;
export type Operand = FieldNode | VariableNode | ChainNode | IdentifierNode | DotNode | PipeNode | Literal;
export type Node = ListNode | ActionLike | MarkNode | CommandNode | Operand;

/** A node as Go writes it out again. */
export function describeNode(node: Node): string {
  switch (node.kind) {
    case 'list':
      return node.nodes.map(describeNode).join('');
    case 'text':
    case 'number':
      return node.text;
    case 'action':
      return `{{${describePipe(node.pipe)}}}`;
    case 'if':
    case 'with':
    case 'range':
      return describeBranch(node);
    case 'template':
      return `{{template ${quote(node.name)}${node.pipe ? ` ${describePipe(node.pipe)}` : ''}}}`;
    case 'pipe':
      return describePipe(node);
    case 'command':
      return node.args.map(describeOperand).join(' ');
    case 'break':
    case 'continue':
    case 'end':
    case 'else':
      return `{{${node.kind}}}`;
    default:
      return describeTerm(node);
  }
}

function describeTerm(node: Exclude<Operand, PipeNode | NumberNode>): string {
  switch (node.kind) {
    case 'field':
      return node.names.map(name => `.${name}`).join('');
    case 'variable':
      return node.names.join('.');
    case 'chain':
      return `${describeOperand(node.node)}${node.names.map(name => `.${name}`).join('')}`;
    case 'identifier':
      return node.name;
    case 'dot':
      return '.';
    case 'nil':
      return 'nil';
    case 'bool':
      return String(node.value);
    case 'string':
      return node.quoted;
  }
}

/** A pipeline among other operands stands in parentheses. */
function describeOperand(node: Operand): string {
  return node.kind === 'pipe' ? `(${describePipe(node)})` : describeNode(node);
}

function describePipe({ variables, isAssignment, commands }: PipeNode): string {
  const names = variables.map(describeNode).join(', ');
  const declaration = names === '' ? '' : `${names} ${isAssignment ? '=' : ':='} `;
  return declaration + commands.map(describeNode).join(' | ');
}

function describeBranch({ kind, pipe, list, elseList }: BranchNode): string {
  const otherwise = elseList ? `{{else}}${describeNode(elseList)}` : '';
  return `{{${kind} ${describePipe(pipe)}}}${describeNode(list)}${otherwise}{{end}}`;
}

/** True of a template that has nothing but space in it: it replaces no other of its name. */
export function isEmptyTree(list: ListNode): boolean {
  return list.nodes.every(node => node.kind === 'text' && node.text.trim() === '');
}
