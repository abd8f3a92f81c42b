import { isRecord } from '@slipway/api/json-schema';
import type { BackstageEntity } from '@slipway/kinds';
import { Team } from '@slipway/kinds';
import { useQuery } from '@tanstack/react-query';
import { findEntities } from '../../api/catalog.ts';
import { useLive } from '../../api/live.ts';
import { isIn } from '../../api/membership.ts';
import { usePerson } from '../../api/person.ts';
import type { Values } from '../form.ts';

/** Most that a list holds; more are found by typing. */
const MOST = 500;

/** `component:default/shop`, as Backstage writes references. */
export function refOf({ kind, metadata }: Pick<BackstageEntity, 'kind' | 'metadata'>): string {
  return `${kind.toLowerCase()}:${(metadata.namespace ?? 'default').toLowerCase()}/${metadata.name}`;
}

/**
 * What the catalog’s filter says for a picker’s `catalogFilter` (one map or several; lists are alternatives) and its
 * older `allowedKinds`.
 */
export function filtersOf({ catalogFilter, allowedKinds, allowedTypes }: Values): string[][] {
  const given = (Array.isArray(catalogFilter) ? catalogFilter : [catalogFilter]).filter(isRecord);
  const own = given.length > 0 ? given : [{ kind: allowedKinds, 'spec.type': allowedTypes }];
  return own.map(filter =>
    Object.entries(filter).flatMap(([field, wanted]) => {
      if (wanted === undefined) return [];
      if (isRecord(wanted)) return wanted.exists === true ? [field] : [];
      return (Array.isArray(wanted) ? wanted : [wanted]).map(value => `${field}=${String(value)}`);
    }),
  );
}

/** Entities of the catalog that any of the filters lets through, by name. */
export function useEntities(filters: string[][]): BackstageEntity[] {
  const { data = [] } = useQuery({
    queryKey: ['form-entities', filters],
    staleTime: 30_000,
    queryFn: async ({ signal }) => {
      const found = await Promise.all(
        filters.map(each => findEntities({ filters: each, limit: MOST }, signal).then(({ items }) => items)),
      );
      const byRef = new Map(found.flat().map(entity => [refOf(entity), entity]));
      return [...byRef.values()];
    },
  });
  return data;
}

/** Names of the teams there are; those of the signed-in person first asked for. */
export function useTeams(): { all: string[]; mine: string[] } {
  const { items = [] } = useLive(Team);
  const { name = '', groups } = usePerson();
  const all = items.map(({ metadata }) => metadata.name).sort();
  const mine = items.filter(team => isIn(team, { name, groups })).map(({ metadata }) => metadata.name);
  return { all, mine: mine.sort() };
}
