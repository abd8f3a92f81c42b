import type { Builder, Scalar } from './read/parser.ts';
import { YamlProblem } from './read/yaml-problem.ts';
import { numberKey, resolveScalar } from './read-yaml.ts';

/** More values, or deeper ones, than somebody allows. */
export class YamlExcess extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'YamlExcess';
  }
}

export interface ValueLimits {
  maxDepth: number;
  maxValues: number;
}

interface Anchor {
  value: unknown;
  /** Values in it, itself included; what aliases stand for is counted each time. */
  size: number;
}

const TAG = 'tag:yaml.org,2002:';

/**
 * Builds the values of documents as Kubernetes' tools read them: of equal keys the last counts. An integer that a
 * double cannot hold exactly stays text, so that it is refused instead of changed.
 */
export class DocumentValues implements Builder<unknown> {
  private readonly limits: ValueLimits;
  private depth = 0;
  private readonly anchors = new Map<string, Anchor | undefined>();
  private count = 0;

  constructor(limits: ValueLimits) {
    this.limits = limits;
  }

  scalar({ text, plain, tag, anchor }: Scalar): unknown {
    this.spend(1);
    const value = tag === '' && !plain ? text : exact(resolveScalar(text, tag), text, tag);
    if (anchor !== '') this.anchors.set(anchor, { value, size: 1 });
    return value;
  }

  sequence(anchor: string) {
    const value: unknown[] = [];
    return { value, add: (item: unknown) => void value.push(item), end: this.open(anchor, value) };
  }

  mapping(anchor: string) {
    const value: Record<string, unknown> = {};
    const add = (key: unknown, keyText: Scalar | undefined, item: unknown) => {
      const isMerge = keyText?.text === '<<' && (keyText.plain || keyText.tag === `${TAG}merge`);
      if (isMerge) this.merge(value, item);
      else define(value, keyOf(key, keyText), item);
    };
    return { value, add, end: this.open(anchor, value) };
  }

  alias(name: string): unknown {
    if (!this.anchors.has(name)) throw new YamlProblem(`unknown anchor '${name}' referenced`);
    const anchor = this.anchors.get(name);
    // A value that holds itself never ends.
    this.spend(anchor?.size ?? Number.POSITIVE_INFINITY);
    return copied(anchor?.value);
  }

  private spend(values: number): void {
    this.count += values;
    if (this.count > this.limits.maxValues)
      throw new YamlExcess(`more than ${this.limits.maxValues} values after aliases are followed`);
  }

  private open(anchor: string, value: unknown): () => void {
    const before = this.count;
    this.spend(1);
    if (++this.depth > this.limits.maxDepth)
      throw new YamlProblem(`nested more than ${this.limits.maxDepth} deep`);
    if (anchor !== '') this.anchors.set(anchor, undefined);
    return () => {
      this.depth--;
      if (anchor !== '') this.anchors.set(anchor, { value, size: this.count - before });
    };
  }

  /** In the order of the text, as go-yaml: what stands behind `<<` wins over it, what stands before does not. */
  private merge(into: Record<string, unknown>, value: unknown): void {
    for (const source of Array.isArray(value) ? value.toReversed() : [value]) {
      if (typeof source !== 'object' || source === null || Array.isArray(source))
        throw new YamlProblem('map merge requires map or sequence of maps as the value');
      for (const [key, item] of Object.entries(source)) define(into, key, item);
    }
  }
}

/** A large integer as the text it was. */
function exact(value: unknown, text: string, tag: string): unknown {
  const isChanged = typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value);
  return isChanged && tag === '' && /^[-+]?[0-9_]+$/.test(text) ? text : value;
}

function keyOf(key: unknown, scalar: Scalar | undefined): string {
  if (typeof key === 'string') return key;
  if (typeof key === 'number') return numberKey(key, scalar?.text ?? '');
  if (typeof key === 'boolean') return String(key);
  throw new YamlProblem(
    key === null ? 'a key is null' : `a key is ${Array.isArray(key) ? 'a list' : 'a map'}`,
  );
}

/** `__proto__` is a key like others. */
function define(map: Record<string, unknown>, key: string, value: unknown): void {
  if (key !== '__proto__') map[key] = value;
  else Object.defineProperty(map, key, { value, enumerable: true, configurable: true, writable: true });
}

function copied(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(copied);
  const map: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) define(map, key, copied(item));
  return map;
}
