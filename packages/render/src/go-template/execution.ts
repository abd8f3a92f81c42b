import type { Budget, ParsedTemplate, TemplateCall } from './function.ts';
import { byteLength } from './go-string.ts';
import { DEFAULT_LIMITS, type TemplateLimits } from './limits.ts';
import { describeNode, type ListNode, type Node, type Source } from './node.ts';
import { quote } from './quote.ts';
import type { TemplateSet } from './template.ts';
import { LimitError, TemplateError } from './template-error.ts';
import type { GoValue } from './value.ts';

/** What a list of actions ended with: 0 its end, 1 a break, 2 a continue. */
export type Signal = 0 | 1 | 2;
export type Action = (state: Execution, dot: GoValue) => Signal;

/** A template ready to run. */
export interface Compiled extends ParsedTemplate {
  /** The text it stands in, as errors name it. The same text under two names is parsed once. */
  readonly file: string;
  readonly root: ListNode;
  /** Turns the tree into closures the first time: many templates are defined and never used. */
  run: Action;
}

/** So many times the output may be made in strings on the way: a text goes through many functions. */
const MADE_PER_OUTPUT = 32;

/** Counts down what an execution may use; shared by all templates within it. */
export class ExecutionBudget implements Budget {
  readonly limits: Required<TemplateLimits>;
  steps: number;
  written = 0;
  #made = 0;

  constructor(limits: TemplateLimits = {}) {
    this.limits = { ...DEFAULT_LIMITS, ...limits };
    this.steps = this.limits.steps;
  }

  get most(): number {
    return this.limits.output;
  }

  spend(steps: number): void {
    this.steps -= steps;
    if (this.steps < 0) throw new LimitError('steps', '', `more than ${this.limits.steps} steps`);
  }

  /** Counts a string that a function made: many that are kept would fill the memory as one does. */
  made(characters: number): void {
    this.size(characters);
    this.#made += characters;
    const most = MADE_PER_OUTPUT * this.limits.output;
    if (this.#made > most)
      throw new LimitError('output', '', `strings of more than ${most} characters in all`);
  }

  size(characters: number): void {
    if (characters > this.limits.output)
      throw new LimitError('output', '', `a value of more than ${this.limits.output} characters`);
  }
}

const MANY_VARIABLES = 256;

/** Where templates write. */
export class Output {
  text = '';
}

/** One running template: Go's `state`. */
export class Execution implements TemplateCall {
  readonly set: TemplateSet;
  readonly template: string;
  readonly #file: string;
  readonly depth: number;
  readonly budget: ExecutionBudget;
  readonly output: Output;
  /** Go's current node: errors name it. */
  node: Node;
  /** Whether dot came out of something whose elements are `interface {}`; only errors tell the difference. */
  dotIsInterface = false;
  /** What the last chain of names ended with, and in what: tells how the value is declared. */
  lastOwner: GoValue;
  lastName = '';
  /** The stack of variables. */
  readonly names: string[] = ['$'];
  readonly values: GoValue[];
  readonly interfaces: boolean[] = [false];

  constructor(
    from: Pick<Execution, 'set' | 'depth' | 'budget' | 'output'>,
    { name, file, root }: Compiled,
    data: GoValue,
  ) {
    this.set = from.set;
    this.depth = from.depth;
    this.budget = from.budget;
    this.output = from.output;
    this.template = name;
    this.#file = file;
    this.node = root;
    this.values = [data];
  }

  /** So many steps more; every action, command and iteration is one. */
  step(count = 1): void {
    this.budget.steps -= count;
    if (this.budget.steps < 0)
      throw new LimitError('steps', this.place(), `more than ${this.budget.limits.steps} steps`);
  }

  write(text: string): void {
    this.output.text += text;
    this.budget.written += text.length;
    if (this.budget.written > this.budget.limits.output)
      throw new LimitError(
        'output',
        this.place(),
        `more than ${this.budget.limits.output} characters of output`,
      );
  }

  push(name: string, value: GoValue): void {
    this.names.push(name);
    this.values.push(value);
    this.interfaces.push(false);
  }

  /** Forgets the variables declared since there were so many. */
  pop(count: number): void {
    if (this.names.length === count) return;
    this.names.length = count;
    this.values.length = count;
    this.interfaces.length = count;
  }

  /** Index of the innermost variable of that name; fails when it was declared in a part that was left out. */
  variable(name: string): number {
    // Names are searched one by one.
    if (this.names.length > MANY_VARIABLES) this.step(Math.ceil(this.names.length / MANY_VARIABLES));
    const index = this.names.lastIndexOf(name);
    return index < 0 ? this.fail(`undefined variable: ${name}`) : index;
  }

  /** Fails when no template may be run below this one any more. */
  checkDepth(): void {
    if (this.depth >= this.budget.limits.depth)
      throw new LimitError('depth', this.place(), `templates more than ${this.budget.limits.depth} deep`);
  }

  /** Runs a template below this one, into `output`. */
  enter(compiled: Compiled, data: GoValue, set: TemplateSet, output: Output): void {
    const { budget, depth } = this;
    const child = new Execution({ set, depth: depth + 1, budget, output }, compiled, data);
    compiled.run(child, data);
  }

  execute(template: string | ParsedTemplate, data: GoValue, set: TemplateSet = this.set): string {
    this.checkDepth();
    const output = new Output();
    const value = data ?? undefined;
    const compiled = set.lookup(template);
    const { budget, depth } = this;
    // Not through `enter`: each frame of the stack counts where templates call one another.
    compiled.run(new Execution({ set, depth: depth + 1, budget, output }, compiled, value), value);
    return output.text;
  }

  #location(): string {
    const { source, position } = this.node;
    return locationOf({ name: this.#file, text: source.text }, position);
  }

  /** `name:line:column: `, for limits. */
  place(): string {
    return `${this.#location()}: `;
  }

  /** Fails as Go's `errorf` does, naming the current node. */
  fail(message: string, cause?: unknown): never {
    const where = `${this.#location()}: executing ${quote(this.template)} at <${describeNode(this.node)}>`;
    throw new TemplateError(
      'TemplateExecution',
      this.template,
      `template: ${where}: ${message}`,
      cause === undefined ? {} : { cause },
    );
  }
}

/** `name:line:column`; the column counts bytes from 0. */
function locationOf({ name, text }: Source, position: number): string {
  const before = text.slice(0, position);
  const line = before.split('\n').length;
  return `${name}:${line}:${byteLength(before.slice(before.lastIndexOf('\n') + 1))}`;
}
