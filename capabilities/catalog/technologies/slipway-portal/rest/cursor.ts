import { StatusError } from '@slipway/api';
import type { Indexed } from '../entity/entity-index.ts';
import type { EntityQuery } from './query.ts';

/**
 * Where a page of a query begins: after an entity, or before it. It holds the whole query, as Backstage's does, so that
 * a client sends nothing else.
 */
export interface Cursor extends EntityQuery {
  /** Reference of the entity next to the page. */
  beside: string;
  before: boolean;
  /** Where it stood: when it is gone, the page begins there. */
  position: number;
}

export function cursorText(cursor: Cursor): string {
  return Buffer.from(JSON.stringify(cursor)).toString('base64url');
}

/** @throws StatusError BadRequest: it is none of ours */
export function cursorOf(text: string): Cursor {
  const cursor = parsed(text) as Partial<Cursor> | undefined;
  const texts = (value: unknown) => Array.isArray(value) && value.every(each => typeof each === 'string');
  const valid =
    texts(cursor?.filters) &&
    texts(cursor?.termFields) &&
    typeof cursor?.term === 'string' &&
    typeof cursor.beside === 'string' &&
    Number.isInteger(cursor.position) &&
    Array.isArray(cursor.order) &&
    cursor.order.every(each => typeof each?.key === 'string');
  if (!valid) throw new StatusError('BadRequest', 'Malformed cursor, could not be decoded');
  return cursor as Cursor;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString());
  } catch {
    return undefined;
  }
}

/** The page that a cursor stands for, as positions in the entities of its query. */
export function pageAt(
  items: Indexed[],
  { beside, before, position }: Cursor,
  limit: number,
): { from: number; to: number } {
  const found = items.findIndex(({ ref }) => ref === beside);
  const at = found < 0 ? Math.min(position, items.length) : found;
  if (before) return { from: Math.max(0, at - limit), to: at };
  const from = found < 0 ? at : at + 1;
  return { from, to: Math.min(items.length, from + limit) };
}
