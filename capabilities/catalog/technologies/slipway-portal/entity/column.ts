import { ownTurn } from '@slipway/api';
import type { Indexed } from './entity-index.ts';
import { valuesAt } from './values.ts';

/** What every entity has at one key: from entity to values, from value (in lower case) to entities, and in order. */
export interface Column {
  valuesOf(item: Indexed): readonly string[];
  /** The values in lower case, one under the other: what a text is looked for in. */
  textOf(item: Indexed): string;
  /** Entities that have this value, given in lower case. */
  having(value: string): ReadonlySet<Indexed>;
  /** Entities that have any value. */
  readonly present: ReadonlySet<Indexed>;
  /** All entities by this value, without regard to case; those that have none come last, equal ones by reference. */
  ordered(): Promise<readonly Indexed[]>;
  put(item: Indexed): void;
  drop(item: Indexed): void;
  /** Takes many in, with turns for others between; those that are `current` no more by then are left out. */
  fill(items: Indexed[], current: (item: Indexed) => boolean): Promise<void>;
}

/** So many are taken in before time is asked for. */
const AT_ONCE = 100;
const NONE: ReadonlySet<Indexed> = new Set();

/** An empty column for a key of Backstage's filters. */
export function columnOf(key: string): Column {
  const values = new Map<Indexed, readonly string[]>();
  const texts = new Map<Indexed, string>();
  const present = new Set<Indexed>();
  const holders = new Map<string, Set<Indexed>>();
  let order: Indexed[] | undefined;

  const put = (item: Indexed) => {
    order = undefined;
    const found = valuesAt(item.object, key);
    values.set(item, found);
    if (found.length > 0) present.add(item);
    for (const value of found) {
      const lower = value.toLowerCase();
      const held = holders.get(lower);
      if (held) held.add(item);
      if (!held) holders.set(lower, new Set([item]));
    }
  };
  const drop = (item: Indexed) => {
    order = undefined;
    for (const value of values.get(item) ?? []) {
      const lower = value.toLowerCase();
      const held = holders.get(lower);
      held?.delete(item);
      if (held?.size === 0) holders.delete(lower);
    }
    values.delete(item);
    texts.delete(item);
    present.delete(item);
  };
  return {
    valuesOf: item => values.get(item) ?? [],
    textOf: item => {
      const known = texts.get(item);
      if (known !== undefined) return known;
      const text = (values.get(item) ?? []).join('\n').toLowerCase();
      texts.set(item, text);
      return text;
    },
    having: value => holders.get(value) ?? NONE,
    present,
    ordered: async () => {
      // Sorting ten thousand lasts for some milliseconds: before and after it is everybody's turn.
      if (!order) await ownTurn();
      order ??= inOrder(values);
      const sorted = order;
      await ownTurn();
      return sorted;
    },
    put,
    drop,
    fill: async (items, current) => {
      for (let from = 0; from < items.length; from += AT_ONCE) {
        await ownTurn();
        for (const item of items.slice(from, from + AT_ONCE))
          if (!values.has(item) && current(item)) put(item);
      }
    },
  };
}

function inOrder(values: Map<Indexed, readonly string[]>): Indexed[] {
  const keyed = [...values].map(([item, [first]]) => ({
    item,
    // A value sorts after the empty text, and what has none after every value.
    text: first === undefined ? undefined : first.toLowerCase(),
  }));
  keyed.sort((a, b) => {
    if (a.text === b.text) return a.item.ref < b.item.ref ? -1 : 1;
    if (a.text === undefined) return 1;
    if (b.text === undefined) return -1;
    return a.text < b.text ? -1 : 1;
  });
  return keyed.map(({ item }) => item);
}
