import { StatusError } from '@slipway/api';
import type { BackstageEntity } from '@slipway/kinds';
import { paths } from '../paths.ts';

/** An entity as the catalog's REST (Backstage's) answers it. */
export interface CatalogEntity extends BackstageEntity {
  relations?: { type: string; targetRef: string }[];
  status?: { items?: { type: string; level: string; message: string }[] };
}

export interface Found {
  items: CatalogEntity[];
  totalItems: number;
}

export interface EntityQuery {
  /** `key=value` each; all have to be met. */
  filters?: string[];
  /** Words anywhere in names, titles, descriptions, owners, tags. */
  text?: string;
  limit: number;
  offset?: number;
}

/** What lists show of an entity, by the names of `fields`. */
const SHOWN = [
  'kind',
  'metadata.name',
  'metadata.namespace',
  'metadata.title',
  'metadata.description',
  'metadata.tags',
  'spec.type',
  'spec.lifecycle',
  'spec.owner',
  'spec.system',
  'spec.domain',
];
/** Fields that a text is looked for in. */
const SEARCHED = ['metadata.name', 'metadata.title', 'metadata.description', 'metadata.tags', 'spec.owner'];

/** Entities that fit, by name. @throws StatusError */
export function findEntities(query: EntityQuery, signal: AbortSignal): Promise<Found> {
  const { filters = [], text = '', limit, offset = 0 } = query;
  const search = new URLSearchParams({ limit: String(limit), offset: String(offset) });
  search.set('orderField', 'metadata.name,asc');
  search.set('fields', SHOWN.join(','));
  if (filters.length > 0) search.set('filter', filters.join(','));
  if (text !== '') search.set('fullTextFilterTerm', text);
  if (text !== '') search.set('fullTextFilterFields', SEARCHED.join(','));
  return ask(`entities/by-query?${search}`, signal);
}

/** One entity by its reference. @throws StatusError NotFound and others */
export function getEntity(
  { kind, namespace, name }: { kind: string; namespace: string; name: string },
  signal: AbortSignal,
): Promise<CatalogEntity> {
  const parts = [kind, namespace, name].map(encodeURIComponent);
  return ask(`entities/by-name/${parts.join('/')}`, signal);
}

export type Facets = Record<string, { value: string; count: number }[]>;

/** Which values fields have, and how often, among entities that fit. @throws StatusError */
export async function findFacets(facets: string[], filters: string[], signal: AbortSignal): Promise<Facets> {
  const search = new URLSearchParams(facets.map(facet => ['facet', facet]));
  if (filters.length > 0) search.set('filter', filters.join(','));
  return (await ask<{ facets: Facets }>(`entity-facets?${search}`, signal)).facets;
}

/** Calls the catalog's REST as the signed-in person; somebody who is not any more is sent to sign in. */
async function ask<T>(path: string, signal: AbortSignal): Promise<T> {
  const response = await fetch(`/api/catalog/${path}`, { signal });
  if (response.status === 401) location.assign(paths.signIn(location.pathname));
  const body = (await response.json()) as T & { error?: { message?: string } };
  if (response.ok) return body;
  const reasons = { 403: 'Forbidden', 404: 'NotFound' } as const;
  const reason = reasons[response.status as keyof typeof reasons] ?? 'InternalError';
  throw new StatusError(reason, body.error?.message ?? `the catalog answered ${response.status}`);
}
