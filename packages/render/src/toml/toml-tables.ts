import { type GoMap, type GoValue, goMap, isGoMap } from '../go-template/value.ts';
import { keyText } from './toml-key.ts';
import type { TomlProblem } from './toml-problem.ts';

/** The tables that were opened so far, and which of them only stand between others. */
export class TomlTables {
  readonly root = goMap();
  context: string[] = [];
  currentKey = '';
  private readonly implicit = new Set<string>();
  private readonly arrays = new Set<string>();
  /** Lists of tables, which is another type than a list of values. */
  private readonly tableLists = new WeakSet<GoValue[]>();
  private readonly problem: (problem: string) => TomlProblem;

  /** @param problem makes the error for something that is wrong with the key that was read last */
  constructor(problem: (problem: string) => TomlProblem) {
    this.problem = problem;
  }

  /** Go's last key. */
  current(): string {
    if (this.currentKey === '') return keyText(this.context);
    return this.context.length === 0 ? this.currentKey : `${keyText(this.context)}.${this.currentKey}`;
  }

  markImplicit(key: string[]): void {
    this.implicit.add(keyText(key));
  }

  markArray(isArray: boolean): void {
    const key = keyText([...this.context, this.currentKey]);
    if (isArray) this.arrays.add(key);
    else this.arrays.delete(key);
  }

  /** The tables of a key with dots, `a` and `a.b` of `a.b.c`. */
  openParents(parents: string[]): void {
    for (const parent of parents) {
      const key = [...this.context, parent];
      this.markImplicit(key);
      this.open(key, false);
    }
  }

  /** Goes into a table, making it; with `inList` into a new one of a list of tables. */
  open(key: string[], inList: boolean): void {
    const parents = key.slice(0, -1);
    const last = key.at(-1) ?? '';
    let table = this.root;
    for (const [at, name] of parents.entries()) {
      if (!Object.hasOwn(table, name)) {
        this.markImplicit(parents.slice(0, at + 1));
        table[name] = goMap();
      }
      table = this.inside(
        table[name],
        `Key '${keyText(parents.slice(0, at + 1))}' was already created as a hash.`,
      );
    }
    this.context = parents;
    if (inList) this.openInList(table, key, last);
    else this.set(last, goMap());
    this.context = key;
  }

  private openInList(table: GoMap, key: string[], last: string): void {
    if (!Object.hasOwn(table, last)) {
      const list: GoValue[] = [];
      this.tableLists.add(list);
      table[last] = list;
    }
    const list = table[last];
    if (!Array.isArray(list) || !this.tableLists.has(list))
      throw this.problem(`Key '${keyText(key)}' was already created and cannot be used as an array.`);
    list.push(goMap());
  }

  private inside(value: GoValue, problem: string): GoMap {
    const table = Array.isArray(value) && this.tableLists.has(value) ? value.at(-1) : value;
    if (isGoMap(table)) return table;
    throw this.problem(problem);
  }

  set(name: string, value: GoValue): void {
    let table = this.root;
    for (const [at, part] of this.context.entries())
      table = this.inside(
        table[part],
        `Key '${keyText(this.context.slice(0, at + 1))}' has already been defined.`,
      );
    const key = keyText([...this.context, name]);
    if (!Object.hasOwn(table, name)) {
      table[name] = value;
      return;
    }
    if (!this.implicit.has(key)) throw this.problem(`Key '${key}' has already been defined.`);
    this.implicit.delete(key);
    if (this.arrays.has(key)) table[name] = value;
  }
}
