import type { CatalogEntity } from '../../api/catalog.ts';
import { referenceText } from './reference.ts';

/** What an entity needs or belongs to stands right of it, what needs it or belongs to it stands left. */
const RIGHT = new Set([
  'dependsOn',
  'partOf',
  'ownedBy',
  'consumesApi',
  'childOf',
  'memberOf',
  'apiProvidedBy',
]);

/** So many neighbours are drawn; the list beside the picture has them all. */
const MOST_DRAWN = 16;

export interface RelationPlace {
  ref: string;
  /** How it is related; none for the entity itself. */
  types: string[];
  column: number;
  row: number;
}

export interface RelationGraph {
  places: RelationPlace[];
  lines: { from: string; to: string }[];
  /** Neighbours that are not drawn. */
  more: number;
}

export function refOfEntity({ kind, metadata }: CatalogEntity): string {
  return referenceText({ kind, namespace: metadata.namespace ?? 'default', name: metadata.name });
}

/** An entity between its neighbours: those that lead to it, itself, those it leads to. */
export function relationGraph(entity: CatalogEntity): RelationGraph {
  const own = refOfEntity(entity);
  const types = new Map<string, string[]>();
  for (const { type, targetRef } of entity.relations ?? [])
    if (targetRef !== own) types.set(targetRef, [...(types.get(targetRef) ?? []), type]);
  const drawn = [...types].slice(0, MOST_DRAWN);
  const isRight = ([, how]: [string, string[]]) => how.some(type => RIGHT.has(type));
  const right = drawn.filter(isRight);
  const left = drawn.filter(each => !isRight(each));
  const middle = left.length > 0 ? 1 : 0;
  const height = Math.max(1, left.length, right.length);
  const stacked = (side: typeof drawn, column: number): RelationPlace[] =>
    side.map(([ref, how], index) => ({ ref, types: how, column, row: index + (height - side.length) / 2 }));
  return {
    places: [
      ...stacked(left, 0),
      { ref: own, types: [], column: middle, row: (height - 1) / 2 },
      ...stacked(right, middle + 1),
    ],
    lines: [
      ...left.map(([ref]) => ({ from: ref, to: own })),
      ...right.map(([ref]) => ({ from: own, to: ref })),
    ],
    more: types.size - drawn.length,
  };
}
