import { SlipwayError } from '@slipway/api';
import { RE2JS } from 're2js';
import { functions } from './functions.ts';
import { expressionError } from './lexer.ts';
import { type Expression, parseExpression } from './parser.ts';
import { sprig } from './sprig.ts';
import { Moment, methodsOf, Span } from './time.ts';

/** What an expression may see: nested plain values, and the time. */
export interface Environment {
  values: Record<string, unknown>;
  /** Milliseconds since 1970. */
  now: number;
}

/** Thrown when a name is not known (yet): the caller may leave the text as it is. */
export class UnresolvedName extends SlipwayError {
  readonly reference: string;
  constructor(reference: string) {
    super('UnresolvedName', `failed to resolve ${reference}`);
    this.reference = reference;
  }
}

/** A function of the language. Closures arrive as functions of one item. */
export type Builtin = (args: unknown[], context: BuiltinContext) => unknown;
export interface BuiltinContext {
  now: number;
  /** Evaluates another expression with one name, `item`. */
  evaluateItem(source: string, item: unknown): unknown;
}

const MOST_STEPS = 100_000;
const LONGEST_RESULT = 4 * 1024 * 1024;

interface State extends Environment {
  source: string;
  steps: number;
  /** Innermost last: `#`, `#index`, `#acc` and `let` names. */
  frames: { item?: unknown; names: Record<string, unknown> }[];
}

/**
 * Evaluates an expression (expr-lang) within fixed bounds. It reaches nothing but `values`.
 * @throws SlipwayError InvalidExpression; UnresolvedName for a name that `values` does not hold
 */
export function evaluate(source: string, environment: Environment): unknown {
  const state: State = { ...environment, source, steps: 0, frames: [] };
  return run(parseExpression(source), state);
}

function run(node: Expression, state: State): unknown {
  if (++state.steps > MOST_STEPS) throw expressionError(state.source, `takes more than ${MOST_STEPS} steps`);
  switch (node.op) {
    case 'literal':
      return node.value;
    case 'name':
      return lookUp(node.name, state);
    case 'item':
      return state.frames.at(-1)?.item;
    case 'list':
      return node.items.map(item => run(item, state));
    case 'map':
      return Object.fromEntries(
        node.entries.map(({ key, value }) => [String(run(key, state)), run(value, state)]),
      );
    case 'unary':
      return unary(node.operator, run(node.value, state), state);
    case 'binary':
      return bounded(binary(node, state), state);
    case 'choice':
      return truth(run(node.test, state), state) ? run(node.yes, state) : run(node.no, state);
    case 'member':
      return member(node, state);
    case 'slice':
      return slice(node, state);
    case 'call':
      return bounded(call(node, state), state);
    case 'closure':
      return closure(node.body, state);
    case 'let':
      return withFrame(state, { names: { [node.name]: run(node.value, state) } }, () =>
        run(node.body, state),
      );
  }
}

function bounded(value: unknown, state: State): unknown {
  const size = typeof value === 'string' || Array.isArray(value) ? value.length : 0;
  if (size > LONGEST_RESULT) throw expressionError(state.source, 'makes a result that is too large');
  return value;
}

function withFrame<T>(state: State, frame: State['frames'][number], body: () => T): T {
  const inherited = state.frames.at(-1);
  state.frames.push({ item: inherited?.item, ...frame, names: { ...inherited?.names, ...frame.names } });
  try {
    return body();
  } finally {
    state.frames.pop();
  }
}

function closure(
  body: Expression,
  state: State,
): (item: unknown, names?: Record<string, unknown>) => unknown {
  return (item, names = {}) => withFrame(state, { item, names }, () => run(body, state));
}

function lookUp(name: string, state: State): unknown {
  const names = state.frames.at(-1)?.names;
  if (names && Object.hasOwn(names, name)) return names[name];
  if (Object.hasOwn(state.values, name)) return state.values[name];
  throw new UnresolvedName(name);
}

function truth(value: unknown, state: State): boolean {
  if (typeof value !== 'boolean')
    throw expressionError(state.source, `needs true or false, not ${JSON.stringify(value)}`);
  return value;
}

function unary(operator: string, value: unknown, state: State): unknown {
  if (operator === '!') return !truth(value, state);
  const number = numberOf(value, state);
  return operator === '-' ? -number : number;
}

function numberOf(value: unknown, state: State): number {
  if (typeof value !== 'number')
    throw expressionError(state.source, `needs a number, not ${JSON.stringify(value)}`);
  return value;
}

function binary(node: Expression & { op: 'binary' }, state: State): unknown {
  const left = node.operator === '??' ? leftOfDefault(node.left, state) : run(node.left, state);
  switch (node.operator) {
    case '&&':
    case 'and':
      return truth(left, state) && truth(run(node.right, state), state);
    case '||':
    case 'or':
      return truth(left, state) || truth(run(node.right, state), state);
    case '??':
      return left ?? run(node.right, state);
  }
  return operate(node.operator, left, run(node.right, state), state);
}

/** `x.y ?? z` is about values that may be missing. */
function leftOfDefault(node: Expression, state: State): unknown {
  try {
    return run(node, state);
  } catch (error) {
    if (error instanceof UnresolvedName) return undefined;
    throw error;
  }
}

function operate(operator: string, left: unknown, right: unknown, state: State): unknown {
  switch (operator) {
    case '==':
      return equal(left, right);
    case '!=':
      return !equal(left, right);
    case '<':
    case '>':
    case '<=':
    case '>=':
      return compare(operator, left, right, state);
    case 'in':
      return contains(right, left);
    case 'contains':
      return String(left).includes(String(right));
    case 'startsWith':
      return String(left).startsWith(String(right));
    case 'endsWith':
      return String(left).endsWith(String(right));
    case 'matches':
    case '=~':
      return RE2JS.compile(String(right)).matcher(String(left)).find();
    case '!~':
      return !RE2JS.compile(String(right)).matcher(String(left)).find();
    case '..':
      return range(numberOf(left, state), numberOf(right, state), state);
  }
  return arithmetic(operator, left, right, state);
}

function arithmetic(operator: string, left: unknown, right: unknown, state: State): unknown {
  if (operator === '+' && typeof left === 'string' && typeof right === 'string') return left + right;
  const timed = timeArithmetic(operator, left, right);
  if (timed) return timed;
  const [a, b] = [numberOf(left, state), numberOf(right, state)];
  switch (operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return a / b;
    case '%':
      return a % b;
    case '**':
    case '^':
      return a ** b;
  }
  throw expressionError(state.source, `has an unknown operator ${operator}`);
}

function timeArithmetic(operator: string, left: unknown, right: unknown): unknown {
  if (left instanceof Moment && right instanceof Moment && operator === '-')
    return new Span(left.ms - right.ms);
  if (left instanceof Moment && right instanceof Span) {
    return new Moment(operator === '-' ? left.ms - right.ms : left.ms + right.ms);
  }
  return undefined;
}

function equal(left: unknown, right: unknown): boolean {
  if (left === right || (left ?? null) === (right ?? null)) return true;
  if (typeof left !== 'object' || typeof right !== 'object') return false;
  return JSON.stringify(left) === JSON.stringify(right);
}

function compare(operator: string, left: unknown, right: unknown, state: State): boolean {
  const timed = (value: unknown) => (value instanceof Moment || value instanceof Span ? value.ms : value);
  const [a, b] = [timed(left), timed(right)];
  if (typeof a !== typeof b || (typeof a !== 'number' && typeof a !== 'string')) {
    throw expressionError(state.source, `compares ${JSON.stringify(left)} with ${JSON.stringify(right)}`);
  }
  const order = a === b ? 0 : (a as number | string) < (b as number | string) ? -1 : 1;
  return { '<': order < 0, '>': order > 0, '<=': order <= 0, '>=': order >= 0 }[operator] ?? false;
}

function contains(container: unknown, item: unknown): boolean {
  if (Array.isArray(container)) return container.some(candidate => equal(candidate, item));
  if (container && typeof container === 'object') return Object.hasOwn(container, String(item));
  return false;
}

function range(from: number, to: number, state: State): number[] {
  if (to - from > 100_000) throw expressionError(state.source, 'has a range of more than 100000 numbers');
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index);
}

function member(node: Expression & { op: 'member' }, state: State): unknown {
  const target = run(node.target, state);
  if (target === null || target === undefined) {
    if (node.optional) return null;
    throw new UnresolvedName(pathText(node, state));
  }
  const key = run(node.key, state);
  if (Array.isArray(target) || typeof target === 'string') return target.at(Number(key));
  if (typeof target !== 'object')
    throw expressionError(state.source, `asks ${JSON.stringify(target)} for a field`);
  if (Object.hasOwn(target, String(key))) return (target as Record<string, unknown>)[String(key)];
  if (node.optional) return null;
  throw new UnresolvedName(pathText(node, state));
}

function pathText(node: Expression, state: State): string {
  if (node.op === 'name') return node.name;
  if (node.op !== 'member') return '…';
  const key = node.key.op === 'literal' ? String(node.key.value) : '…';
  return `${pathText(node.target, state)}.${key}`;
}

function slice(node: Expression & { op: 'slice' }, state: State): unknown {
  const target = run(node.target, state);
  if (!Array.isArray(target) && typeof target !== 'string')
    throw expressionError(state.source, 'slices what is no list');
  const bound = (part: Expression | undefined) => (part ? numberOf(run(part, state), state) : undefined);
  return target.slice(bound(node.from), bound(node.to));
}

function call(node: Expression & { op: 'call' }, state: State): unknown {
  const { target } = node;
  const args = () => node.args.map(argument => run(argument, state));
  if (target.op === 'name') {
    const builtin = Object.hasOwn(functions, target.name) ? functions[target.name] : undefined;
    if (!builtin)
      throw expressionError(state.source, `calls the function ${target.name}, which is not supported`);
    return builtin(args(), contextOf(state));
  }
  if (target.op !== 'member') throw expressionError(state.source, 'calls something that is no function');
  const name = String(run(target.key, state));
  if (target.target.op === 'name' && target.target.name === 'sprig') {
    const builtin = Object.hasOwn(sprig, name) ? sprig[name] : undefined;
    if (!builtin)
      throw expressionError(state.source, `calls the function sprig.${name}, which is not supported`);
    return builtin(args(), contextOf(state));
  }
  const method = methodsOf(run(target.target, state), name);
  if (!method) throw expressionError(state.source, `calls the method ${name}, which is not supported`);
  return method(args());
}

function contextOf({ now }: State): BuiltinContext {
  return { now, evaluateItem: (source, item) => evaluate(source, { values: { item }, now }) };
}
