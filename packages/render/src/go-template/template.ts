import { builtins } from './builtin/builtins.ts';
import { compileList } from './compile.ts';
import { type Compiled, Execution, ExecutionBudget, Output } from './execution.ts';
import type { FunctionTable, GoFunction, ParsedTemplate } from './function.ts';
import type { TemplateLimits } from './limits.ts';
import { isEmptyTree } from './node.ts';
import { parseText } from './parse.ts';
import { ParseCache, type ParsedText, type ParsedUnit } from './parse-cache.ts';
import { quote } from './quote.ts';
import { asLimit, TemplateError } from './template-error.ts';
import type { GoValue } from './value.ts';

export interface TemplateFile {
  /** Named in errors and by `{{ template "…" }}`. */
  name: string;
  text: string;
}

export interface TemplateOptions {
  /** Go's name of the template that holds the others, as errors about unknown ones say it. */
  name?: string;
  functions?: FunctionTable;
  /** Go's `missingkey`: what a key gives that a map does not have. `default` prints `<no value>`. */
  missingKey?: 'default' | 'zero' | 'error';
  /** `{{` and `}}` when absent. */
  delimiters?: { left: string; right: string };
}

const PARSED = new ParseCache();

/**
 * Templates that know one another (Go's `*Template` with its associated ones). Nothing changes but by `parse`;
 * may be executed any number of times.
 */
export class TemplateSet {
  /** What an execution looks up; not for others. */
  readonly functions: ReadonlyMap<string, GoFunction>;
  readonly missingKey: 'default' | 'zero' | 'error';
  readonly #name: string;
  readonly #delimiters: { left: string; right: string };
  readonly #templates: Map<string, Compiled>;

  private constructor(
    templates: Map<string, Compiled>,
    functions: ReadonlyMap<string, GoFunction>,
    { name = '', missingKey = 'default', delimiters = { left: '', right: '' } }: TemplateOptions,
  ) {
    this.#name = name;
    this.#templates = templates;
    this.functions = functions;
    this.missingKey = missingKey;
    this.#delimiters = delimiters;
  }

  static empty(options: TemplateOptions): TemplateSet {
    return new TemplateSet(new Map(), new Map(Object.entries(options.functions ?? {})), options);
  }

  /**
   * Parses one more text: its own template and those it defines replace what has their name, unless they are
   * empty. The text's own template is returned, for where it did not (Go's `t.New(name).Parse(text)`).
   * Throws TemplateError (code `TemplateSyntax`).
   */
  parse({ name, text }: TemplateFile): ParsedTemplate {
    const templates = this.#parsed(name, text).units.map(unit => compiled(unit, name));
    for (const each of templates) {
      if (!isEmptyTree(each.root) || !this.#templates.has(each.name)) this.#templates.set(each.name, each);
    }
    return templates.find(each => each.name === name) ?? { name };
  }

  #parsed(name: string, text: string): ParsedText {
    const isFunction = (word: string) => this.functions.has(word) || Object.hasOwn(builtins, word);
    const { left, right } = this.#delimiters;
    // A function called break makes another language of it.
    const own = [isFunction('break'), isFunction('continue')];
    const key = [left, right, ...own, text].join('\0');
    const known = PARSED.get(key, isFunction);
    if (known?.units.every(unit => unit.name !== name)) return known;
    const words = new Set<string>();
    const hasFunction = (word: string): boolean => {
      const found = isFunction(word);
      if (found) words.add(word);
      return found;
    };
    const { trees, definesItself } = within(() =>
      parseText({ name, text }, { hasFunction, delimiters: this.#delimiters }),
    );
    const units = [...trees].map(([each, root]) => ({ name: each === name ? undefined : each, root }));
    const parsed: ParsedText = { units, words };
    if (!definesItself) PARSED.set(key, parsed);
    return parsed;
  }

  /** A set of its own that starts with the same templates; parsing into it leaves this one as it is. */
  clone(change: TemplateOptions = {}): TemplateSet {
    const functions = change.functions
      ? new Map([...this.functions, ...Object.entries(change.functions)])
      : this.functions;
    const options = {
      name: this.#name,
      missingKey: this.missingKey,
      delimiters: this.#delimiters,
      ...change,
    };
    return new TemplateSet(new Map(this.#templates), functions, options);
  }

  has(name: string): boolean {
    return this.#templates.has(name);
  }

  /** Names of the templates, in the order in which they were first defined. */
  names(): string[] {
    return [...this.#templates.keys()];
  }

  /** What the template writes. Throws TemplateError. */
  execute(name: string | ParsedTemplate, data: GoValue, options: { limits?: TemplateLimits } = {}): string {
    const output = new Output();
    const template = this.lookup(name);
    const value = data ?? undefined;
    const from = { set: this, depth: 0, budget: new ExecutionBudget(options.limits), output };
    within(() => template.run(new Execution(from, template, value), value));
    return output.text;
  }

  /** A template to run; not for others. */
  find(name: string): Compiled | undefined {
    return this.#templates.get(name);
  }

  /** The same, failing as Go's `ExecuteTemplate` does. */
  lookup(name: string | ParsedTemplate): Compiled {
    if (typeof name !== 'string') return name as Compiled;
    const found = this.find(name);
    if (found) return found;
    const message = `template: no template ${quote(name)} associated with template ${quote(this.#name)}`;
    throw new TemplateError('TemplateExecution', name, message);
  }
}

/** Parses the files in their order; throws TemplateError (code `TemplateSyntax`) as Go words it. */
export function parseTemplates(files: readonly TemplateFile[], options: TemplateOptions = {}): TemplateSet {
  const set = TemplateSet.empty(options);
  for (const file of files) set.parse(file);
  return set;
}

/** Closures are made when a template first runs, once for all names its text has. */
function compiled(unit: ParsedUnit, file: string): Compiled {
  const template: Compiled = {
    name: unit.name ?? file,
    file,
    root: unit.root,
    run: (state, dot) => {
      unit.run ??= compileList(unit.root);
      template.run = unit.run;
      return template.run(state, dot);
    },
  };
  return template;
}

/** Templates nested too deep for the JavaScript stack are over the limit like others. */
function within<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw asLimit(error, () => '') ?? error;
  }
}
