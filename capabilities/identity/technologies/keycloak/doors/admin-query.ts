import { StatusError } from '@slipway/api';

/** Keycloak's default for `max`. */
const PAGE = 100;

/** What a list request asks for; every parameter is known or refused. */
export interface AdminQuery {
  text(name: string): string | undefined;
  isExact: boolean;
  /** The page that `first` and `max` ask for. */
  page<T>(all: T[]): T[];
}

/**
 * Reads the parameters of a list request.
 * @param filters what this list can be narrowed by, besides `exact`, `first` and `max`
 * @throws StatusError BadRequest naming the parameter
 */
export function readQuery(query: URLSearchParams, filters: string[]): AdminQuery {
  const known = new Set([...filters, 'exact', 'first', 'max', 'briefRepresentation']);
  for (const name of query.keys()) {
    if (!known.has(name)) throw bad(`${name}: not supported here; known are ${[...known].join(', ')}`);
  }
  const number = (name: string, otherwise: number) => {
    const text = query.get(name);
    if (text === null) return otherwise;
    if (!/^\d+$/.test(text)) throw bad(`${name}: "${text}" is no number`);
    return Number(text);
  };
  const first = number('first', 0);
  const max = number('max', PAGE);
  return {
    text: name => query.get(name)?.toLowerCase() || undefined,
    isExact: query.get('exact') === 'true',
    page: all => all.slice(first, first + max),
  };
}

/** Whether a value fits a filter: a part of it, or all of it when that is asked for; an absent filter fits all. */
export function fits(value: string | undefined, wanted: string | undefined, isExact: boolean): boolean {
  if (wanted === undefined) return true;
  const text = (value ?? '').toLowerCase();
  return isExact ? text === wanted : text.includes(wanted.replace(/^\*|\*$/g, ''));
}

function bad(message: string): StatusError {
  return new StatusError('BadRequest', message);
}
