import { StatusError } from '@slipway/api';
import { sendJson } from '@slipway/gateway';
import type { Column } from '../entity/column.ts';
import type { Indexed } from '../entity/entity-index.ts';
import { problemsOf } from '../entity/problems.ts';
import { answerOf } from './answer.ts';
import { cursorOf, cursorText, pageAt } from './cursor.ts';
import { type Exchange, sendList } from './exchange.ts';
import { fieldsOf, projected } from './project.ts';
import { type EntityQuery, entitiesOf, passing, pieces } from './query.ts';
import { sightOf } from './sight.ts';

const MOST_ON_PAGE = 1_000;

/** `GET /entities`: those that fit the filters, from `offset` on (or `after` a cursor), at most `limit`. */
export async function listEntities(exchange: Exchange): Promise<void> {
  const { searchParams: search } = exchange.url;
  const order = search.getAll('order').map(text => orderOf(text, ':'));
  const query = { filters: search.getAll('filter'), order, term: '', termFields: [] };
  const found = await queried(exchange, query);
  const after = search.get('after');
  const from = after ? afterOf(after) : { offset: integerOf(search, 'offset'), limit: undefined };
  const offset = from.offset ?? 0;
  const limit = integerOf(search, 'limit') ?? from.limit ?? found.length;
  const page = found.slice(offset, offset + limit);
  if (limit > 0 && offset + limit < found.length) setNextLink(exchange, { offset: offset + limit, limit });
  await sendList(exchange.response, answersOf(exchange, page));
}

function setNextLink({ url, response }: Exchange, position: { offset: number; limit: number }): void {
  const search = new URLSearchParams(url.searchParams);
  for (const name of ['offset', 'limit']) search.delete(name);
  search.set('after', Buffer.from(JSON.stringify(position)).toString('base64'));
  response.setHeader('link', `<${url.pathname}?${search}>; rel="next"`);
}

function afterOf(text: string): { offset: number; limit: number | undefined } {
  try {
    const { offset, limit } = JSON.parse(Buffer.from(text, 'base64').toString());
    if (Number.isInteger(offset) && offset >= 0 && (limit === undefined || limit >= 0))
      return { offset, limit };
  } catch {
    // answered below
  }
  throw new StatusError('BadRequest', 'Malformed after cursor');
}

/** `GET /entities/by-query`: a page with the total and cursors to the pages beside it. */
export async function queryEntities(exchange: Exchange): Promise<void> {
  const { searchParams: search } = exchange.url;
  const limit = Math.min(integerOf(search, 'limit') ?? 20, MOST_ON_PAGE);
  const text = search.get('cursor');
  const cursor = text ? cursorOf(text) : undefined;
  const { filters, order, term, termFields } = cursor ?? queryOf(search);
  const query: EntityQuery = { filters, order, term, termFields };
  const found = await queried(exchange, query);
  const offset = integerOf(search, 'offset') ?? 0;
  const { from, to } = cursor ? pageAt(found, cursor, limit) : { from: offset, to: offset + limit };
  const items = found.slice(from, to);
  const [first, last] = [items[0], items.at(-1)];
  const next = to < found.length && last ? { ...query, beside: last.ref, before: false, position: to } : null;
  const previous = from > 0 && first ? { ...query, beside: first.ref, before: true, position: from } : null;
  const rest = {
    totalItems: found.length,
    pageInfo: {
      ...(next ? { nextCursor: cursorText(next) } : {}),
      ...(previous ? { prevCursor: cursorText(previous) } : {}),
    },
  };
  const after = `],${JSON.stringify(rest).slice(1)}`;
  await sendList(exchange.response, answersOf(exchange, items), { before: '{"items":[', after });
}

/** Without fields the term is looked for where Backstage does: in what the page is ordered by, else in the uid. */
function queryOf(search: URLSearchParams): EntityQuery {
  const order = search.getAll('orderField').map(text => orderOf(text, ','));
  const named = search.getAll('fullTextFilterFields').flatMap(text => text.split(','));
  const termFields = named.map(field => field.trim()).filter(Boolean);
  return {
    filters: search.getAll('filter'),
    order,
    term: search.get('fullTextFilterTerm') ?? '',
    termFields: termFields.length > 0 ? termFields : [order[0]?.key ?? 'metadata.uid'],
  };
}

/** `metadata.name,desc` of by-query, `desc:metadata.name` of the plain list. @throws StatusError BadRequest */
function orderOf(text: string, separator: ',' | ':'): EntityQuery['order'][number] {
  const parts = text.split(separator);
  const [key = '', direction = 'asc'] = separator === ',' ? parts : [...parts].reverse();
  if (key === '' || parts.length > 2 || !['asc', 'desc'].includes(direction))
    throw new StatusError('BadRequest', `Invalid order ${JSON.stringify(text)}: asc or desc, and a key`);
  return { key, descending: direction === 'desc' };
}

/** @throws StatusError BadRequest */
function integerOf(search: URLSearchParams, name: string): number | undefined {
  const text = search.get(name);
  if (text === null) return undefined;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new StatusError('BadRequest', `Invalid ${name}, expected integer, got ${JSON.stringify(text)}`);
}

export async function queried(exchange: Exchange, query: EntityQuery): Promise<Indexed[]> {
  const { entities } = exchange.state;
  await entities.synced;
  return entitiesOf(entities, query, await sightOf(exchange, entities.all()));
}

/** Answers, made one after the other as they are written. */
function* answersOf({ state, url }: Exchange, items: Indexed[]): Iterable<Record<string, unknown>> {
  const fields = fieldsOf(url.searchParams);
  const wantsProblems = fields.length === 0 || fields.some(field => field.startsWith('status'));
  for (const item of items) {
    const problems = wantsProblems ? problemsOf(state.entities, item) : [];
    yield projected(answerOf(item.object, problems), fields);
  }
}

/** `GET /entity-facets?facet=kind`: how many entities have each value. */
export async function getFacets(exchange: Exchange): Promise<void> {
  const { searchParams: search } = exchange.url;
  const { entities } = exchange.state;
  const facets = search.getAll('facet').flatMap(text => text.split(','));
  if (facets.length === 0) throw new StatusError('BadRequest', 'Missing facet parameter');
  await entities.synced;
  const query = { filters: search.getAll('filter'), order: [], term: '', termFields: [] };
  const passes = await passing(entities, query, await sightOf(exchange, entities.all()));
  const columns = await Promise.all(facets.map(facet => entities.column(facet)));
  const counts = facets.map(() => new Map<string, number>());
  for await (const some of pieces([...entities.all()])) {
    const found = some.filter(passes);
    for (const [index, column] of columns.entries()) addUp(counts[index] ?? new Map(), column, found);
  }
  const answers = facets.map((facet, index) => [
    facet,
    [...(counts[index] ?? [])].map(([value, count]) => ({ value, count })),
  ]);
  sendJson(exchange.response, { facets: Object.fromEntries(answers) });
}

function addUp(counts: Map<string, number>, column: Column, found: Indexed[]): void {
  for (const item of found) {
    const values = column.valuesOf(item);
    for (const value of values.length > 1 ? new Set(values) : values)
      counts.set(value, (counts.get(value) ?? 0) + 1);
  }
}
