import type { Json } from '@slipway/api';

/**
 * Paths into an object, as a tree. Keys are path elements in the form of FieldsV1: `f:name` a field,
 * `k:{…}` an item of a keyed list, `v:…` an item of a set. A path is in the set when its last element is a member
 * of the node that its other elements lead to.
 */
export interface FieldSet {
  members: Set<string>;
  children: Map<string, FieldSet>;
}

export type Path = readonly string[];

export function emptySet(): FieldSet {
  return { members: new Set(), children: new Map() };
}

export function isEmptySet(set: FieldSet): boolean {
  return set.members.size === 0 && [...set.children.values()].every(isEmptySet);
}

/** Adds one path to the set, in place. The root itself is never a member. */
export function insert(set: FieldSet, path: Path): void {
  const last = path.at(-1);
  if (last === undefined) return;
  let node = set;
  for (const element of path.slice(0, -1)) {
    const child = node.children.get(element) ?? emptySet();
    node.children.set(element, child);
    node = child;
  }
  node.members.add(last);
}

export function has(set: FieldSet, path: Path): boolean {
  let node: FieldSet | undefined = set;
  for (const element of path.slice(0, -1)) node = node?.children.get(element);
  return node?.members.has(path.at(-1) ?? '') ?? false;
}

/** A set of these paths. */
export function setOf(...paths: Path[]): FieldSet {
  const set = emptySet();
  for (const path of paths) insert(set, path);
  return set;
}

export function union(a: FieldSet, b: FieldSet): FieldSet {
  const children = new Map(a.children);
  for (const [element, child] of b.children) {
    const other = children.get(element);
    children.set(element, other ? union(other, child) : child);
  }
  return { members: new Set([...a.members, ...b.members]), children };
}

export function intersection(a: FieldSet, b: FieldSet): FieldSet {
  const children = new Map<string, FieldSet>();
  for (const [element, child] of a.children) {
    const other = b.children.get(element);
    if (other) keep(children, element, intersection(child, other));
  }
  return { members: new Set([...a.members].filter(element => b.members.has(element))), children };
}

/** Paths of `a` that are not in `b`. */
export function difference(a: FieldSet, b: FieldSet): FieldSet {
  const children = new Map<string, FieldSet>();
  for (const [element, child] of a.children) {
    const other = b.children.get(element);
    keep(children, element, other ? difference(child, other) : child);
  }
  return { members: without(a.members, b.members), children };
}

/** Like difference, but a path in `b` also takes everything below it. */
export function differenceBelow(a: FieldSet, b: FieldSet): FieldSet {
  const children = new Map<string, FieldSet>();
  for (const [element, child] of a.children) {
    if (b.members.has(element)) continue;
    const other = b.children.get(element);
    keep(children, element, other ? differenceBelow(child, other) : child);
  }
  return { members: without(a.members, b.members), children };
}

/** Elements of `all` that are not in `gone`. */
export function without(all: Set<string>, gone: Set<string>): Set<string> {
  return new Set([...all].filter(element => !gone.has(element)));
}

function keep(children: Map<string, FieldSet>, element: string, child: FieldSet): void {
  if (!isEmptySet(child)) children.set(element, child);
}

/** Every path: the members of a node, then what is below it, each in the order of FieldsV1. */
export function pathsOf(set: FieldSet, prefix: Path = []): Path[] {
  const elements = elementsOf(set);
  const own = elements.filter(element => set.members.has(element)).map(element => [...prefix, element]);
  const below = elements.flatMap(element => {
    const child = set.children.get(element);
    return child ? pathsOf(child, [...prefix, element]) : [];
  });
  return [...own, ...below];
}

/** Fields first, then keyed items, then values; each in alphabetical order. */
function elementsOf(set: FieldSet): string[] {
  const all = new Set([...set.members, ...set.children.keys()]);
  return [...all].sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
}

function rank(element: string): number {
  return 'fkvi'.indexOf(element.charAt(0));
}

/** Reads `fieldsV1` of a managedFields entry. */
export function parseFields(fields: { [key: string]: Json } | undefined): FieldSet {
  const set = emptySet();
  for (const [element, below] of Object.entries(fields ?? {})) {
    if (element === '.') continue;
    const entries = typeof below === 'object' && below !== null && !Array.isArray(below) ? below : {};
    const names = Object.keys(entries);
    if (names.length === 0 || names.includes('.')) set.members.add(element);
    if (names.some(name => name !== '.')) set.children.set(element, parseFields(entries));
  }
  return set;
}

/** Writes `fieldsV1` of a managedFields entry. */
export function formatFields(set: FieldSet): { [key: string]: Json } {
  const result: { [key: string]: Json } = {};
  for (const element of elementsOf(set)) {
    const child = set.children.get(element);
    const below = child && !isEmptySet(child) ? formatFields(child) : undefined;
    const own = set.members.has(element);
    if (!below && !own) continue;
    result[element] = below ? { ...(own ? { '.': {} } : {}), ...below } : {};
  }
  return result;
}
