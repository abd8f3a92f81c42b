import { ownTurn, StatusError } from '@slipway/api';
import type { EntityIndex, Indexed } from '../entity/entity-index.ts';

/** `key` alone: it has any value; with values: one of them, in lower case. */
interface Condition {
  key: string;
  values: string[] | undefined;
}

/** What a query for entities asks. Alternatives are "or", conditions within one are "and". */
export interface EntityQuery {
  filters: string[];
  /** `asc` or `desc`, and the key, each; the first counts most. */
  order: { key: string; descending: boolean }[];
  term: string;
  /** Keys that the term is looked for in. */
  termFields: string[];
}

const MOST_CONDITIONS = 200;

/** Entities that fit a query and that `sees` lets through, in its order. */
export async function entitiesOf(
  index: EntityIndex,
  query: EntityQuery,
  sees: (item: Indexed) => boolean,
): Promise<Indexed[]> {
  const passes = await passing(index, query, sees);
  const found: Indexed[] = [];
  for await (const some of pieces(await inOrder(index, query.order)))
    for (const item of some) if (passes(item)) found.push(item);
  return found;
}

/** So many are looked at before time is asked for. */
const AT_ONCE = 100;

/** All of a long list, piece by piece, with turns for others between. */
export async function* pieces(items: readonly Indexed[]): AsyncGenerator<readonly Indexed[]> {
  for (let from = 0; from < items.length; from += AT_ONCE) {
    await ownTurn();
    yield items.slice(from, from + AT_ONCE);
  }
}

/** Whether an entity fits a query and `sees` lets it through; its order does not matter. */
export async function passing(
  index: EntityIndex,
  query: EntityQuery,
  sees: (item: Indexed) => boolean,
): Promise<(item: Indexed) => boolean> {
  await index.synced;
  const alternatives = query.filters.filter(Boolean).map(conditionsOf);
  const fits = await Promise.all(alternatives.map(conditions => fitting(index, conditions)));
  const told = await telling(index, query);
  return item => (fits.length === 0 || fits.some(fit => fit(item))) && told(item) && sees(item);
}

/** `filter=kind=component,spec.type=service`: commas are "and", several values of one key are "or". */
function conditionsOf(filter: string): Condition[] {
  const conditions = new Map<string, string[] | undefined>();
  for (const part of filter.split(',')) {
    const equals = part.indexOf('=');
    const key = (equals < 0 ? part : part.slice(0, equals)).trim();
    if (key === '')
      throw new StatusError('BadRequest', `filter ${JSON.stringify(filter)}: a key is missing before "="`);
    const values =
      equals < 0
        ? undefined
        : [
            part
              .slice(equals + 1)
              .trim()
              .toLowerCase(),
          ];
    const before = conditions.get(key);
    conditions.set(key, before && values ? [...before, ...values] : (before ?? values));
  }
  if (conditions.size > MOST_CONDITIONS)
    throw new StatusError('BadRequest', `filter: more than ${MOST_CONDITIONS} keys`);
  return [...conditions].map(([key, values]) => ({ key, values }));
}

async function fitting(index: EntityIndex, conditions: Condition[]): Promise<(item: Indexed) => boolean> {
  const sets = await Promise.all(
    conditions.map(async ({ key, values }) => {
      const column = await index.column(key);
      return values ? values.map(value => column.having(value)) : [column.present];
    }),
  );
  return item => sets.every(alternatives => alternatives.some(set => set.has(item)));
}

/** Entities with the term in one of the fields' values, as Backstage's `fullTextFilterTerm`. */
async function telling(
  index: EntityIndex,
  { term, termFields }: EntityQuery,
): Promise<(item: Indexed) => boolean> {
  const wanted = term.trim().toLowerCase();
  if (wanted === '') return () => true;
  const columns = await Promise.all(termFields.map(field => index.column(field)));
  return item => columns.some(column => column.textOf(item).includes(wanted));
}

async function inOrder(index: EntityIndex, order: EntityQuery['order']): Promise<readonly Indexed[]> {
  const [first, ...others] = order;
  // Nothing has the empty key, and what has no value is in the order of references.
  const column = await index.column(first?.key ?? '');
  const ordered = await column.ordered();
  if (!first) return ordered;
  const sorted = directed(ordered, column.present, first.descending);
  if (others.length === 0) return sorted;
  const columns = await Promise.all([first, ...others].map(({ key }) => index.column(key)));
  const texts = (item: Indexed) => columns.map(each => each.valuesOf(item)[0]?.toLowerCase());
  const keyed = sorted.map(item => ({ item, texts: texts(item) }));
  keyed.sort((a, b) => compared(a.texts, b.texts, [first, ...others]));
  return keyed.map(({ item }) => item);
}

/** The other way round; those without a value stay at the end. */
function directed(
  items: readonly Indexed[],
  present: ReadonlySet<Indexed>,
  descending: boolean,
): readonly Indexed[] {
  if (!descending) return items;
  return [...items.slice(0, present.size).reverse(), ...items.slice(present.size)];
}

function compared(a: (string | undefined)[], b: (string | undefined)[], order: EntityQuery['order']): number {
  for (const [index, { descending }] of order.entries()) {
    const [left, right] = [a[index], b[index]];
    if (left === right) continue;
    if (left === undefined) return 1;
    if (right === undefined) return -1;
    return left < right === descending ? 1 : -1;
  }
  return 0;
}
