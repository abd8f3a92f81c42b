import type { Stored } from '@slipway/api';
import { Workload } from '@slipway/kinds';
import type { CatalogEntity } from '../../api/catalog.ts';
import { useLive } from '../../api/live.ts';
import { sourceOf } from './source.ts';

export interface FoundService {
  /** Undefined: there is none that one may see, or it is still looked for. */
  workload: Stored<Workload> | undefined;
  error: string | undefined;
  isWaiting: boolean;
}

/** Where the service of a component is looked for; a name only where the entity says it. */
export interface ServicePlace {
  namespace: string;
  name?: string;
}

/** Undefined: the entity is none that has a service. */
export function servicePlace(entity: CatalogEntity): ServicePlace | undefined {
  if (entity.kind.toLowerCase() !== 'component') return undefined;
  const named = /^([^/]+)\/([^/]+)$/.exec(entity.metadata.annotations?.['slipway.dev/workload'] ?? '');
  if (named?.[1] && named[2]) return { namespace: named[1], name: named[2] };
  const source = sourceOf(entity);
  return source && { namespace: `team-${source.owner}` };
}

/** The service of a component: the one it is made from, or the one that its repository feeds. */
export function useService(entity: CatalogEntity, place: ServicePlace): FoundService {
  const { items, error } = useLive(Workload, place);
  const repository = sourceOf(entity)?.repository;
  const workload = items?.find(({ spec }) => place.name !== undefined || spec.repository === repository);
  return { workload, error, isWaiting: items === undefined && error === undefined };
}

export const NO_SERVICE: FoundService = { workload: undefined, error: undefined, isWaiting: false };
