import { isIP } from 'node:net';
import { Environment } from '@marcbachmann/cel-js';
import { messageOf } from '@slipway/api';
import { RE2JS } from 're2js';

/** An expression ready to run, or why it cannot be. */
export interface Expression {
  /** Set when it needs something this server does not have. */
  unsupported?: string;
  /** Set when it is no CEL, or names what is not there. */
  wrong?: string;
  /** @throws whatever the expression runs into */
  run(variables: Record<string, unknown>): unknown;
}

const LIMITS = { maxAstNodes: 20_000, maxDepth: 200, maxListElements: 1000, maxMapEntries: 1000 };

const base = new Environment({
  unlistedVariablesAreDyn: false,
  enableOptionalTypes: true,
  homogeneousAggregateLiterals: false,
  limits: LIMITS,
})
  .registerFunction('isIP(string): bool', (text: string) => isIP(text) !== 0)
  .registerFunction('isURL(string): bool', (text: string) => URL.canParse(text))
  .registerFunction('string.find(string): string', (text: string, pattern: string) => find(text, pattern))
  .registerFunction('string.replace(string, string): string', (text: string, from: string, to: string) =>
    text.replaceAll(from, to),
  )
  .registerFunction('string.charAt(int): string', (text: string, at: bigint) => text.charAt(Number(at)));

function find(text: string, pattern: string): string {
  const matcher = RE2JS.compile(pattern).matcher(text);
  return matcher.find() ? (matcher.group() ?? '') : '';
}

/** What compiles expressions over these variables, of any type, with the functions Kubernetes adds to CEL. */
export function celCompiler(variables: readonly string[]): (text: string) => Expression {
  let environment = base.clone();
  for (const name of variables) environment = environment.registerVariable(name, 'dyn');
  return text => {
    try {
      const parsed = environment.parse(prepared(text));
      const { valid, error } = parsed.check();
      return valid ? { run: context => parsed(context) } : refused(messageOf(error));
    } catch (error) {
      return refused(messageOf(error));
    }
  };
}

function refused(message: string): Expression {
  const run = (): never => {
    throw new TypeError(message);
  };
  return { ...complaint(message), run };
}

/** A function this library lacks may be one of Kubernetes' own; everything else is the author's mistake. */
function complaint(message: string): { unsupported: string } | { wrong: string } {
  const [first = ''] = message.split('\n');
  return /no matching overload|[Ff]unction|has\(\)/.test(first) ? { unsupported: first } : { wrong: message };
}

/**
 * The library knows `has()` only of plain chains: `has(self[0].matches)` is written with an optional field instead.
 * Regular expressions go to RE2, for the patterns and the texts are other people's.
 */
function prepared(rule: string): string {
  return rule.replace(/\bhas\(((?:[\w.]+\[[^\]]+\])+(?:\.\w+)*)\.(\w+)\)/g, '$1.?$2.hasValue()');
}
