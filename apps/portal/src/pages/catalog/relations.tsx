import { Text } from '@mantine/core';
import type { CatalogEntity } from '../../api/catalog.ts';
import { paths } from '../../paths.ts';
import { Boxes } from '../../ui/boxes.tsx';
import { EntityLink } from './entity-link.tsx';
import { referenceOf, shortReference } from './reference.ts';
import { relationGraph } from './relation-graph.ts';

/** Relation types as people say them. */
const WORDS: Record<string, string> = {
  ownedBy: 'owned by',
  ownerOf: 'owner of',
  partOf: 'part of',
  hasPart: 'has part',
  dependsOn: 'depends on',
  dependencyOf: 'needed by',
  providesApi: 'provides',
  apiProvidedBy: 'provided by',
  consumesApi: 'consumes',
  apiConsumedBy: 'consumed by',
  childOf: 'child of',
  parentOf: 'parent of',
  memberOf: 'member of',
  hasMember: 'has member',
};

/** So many of one type are listed; a group may own thousands, which the catalog lists by owner. */
const MOST_LISTED = 100;

/** What an entity has to do with others: as a picture, and as a list. */
export function Relations({ entity }: { entity: CatalogEntity }) {
  const relations = entity.relations ?? [];
  if (relations.length === 0) return <Text>It names no other entity, and none names it.</Text>;
  const graph = relationGraph(entity);
  const boxes = graph.places.map(({ ref, types, column, row }) => {
    const { kind = '', namespace = 'default', name = ref } = referenceOf(ref) ?? {};
    return {
      id: ref,
      column,
      row,
      label: shortReference({ kind, namespace, name }, kind),
      below: <span className="quiet">{[kind, ...types.map(wordOf)].join(' · ')}</span>,
      to: paths.entity(kind, namespace, name),
      current: types.length === 0,
    };
  });
  return (
    <>
      <Boxes label="Relations" boxes={boxes} lines={graph.lines} />
      {graph.more > 0 ? <Text c="dimmed">{graph.more} more are in the list only.</Text> : null}
      <RelationList relations={relations} />
    </>
  );
}

function RelationList({ relations }: { relations: { type: string; targetRef: string }[] }) {
  const types = [...new Set(relations.map(({ type }) => type))];
  return (
    <dl className="about">
      {types.map(type => {
        const all = relations.filter(relation => relation.type === type);
        return (
          <div key={type}>
            <dt>{wordOf(type)}</dt>
            <dd className="facts">
              {all.slice(0, MOST_LISTED).map(({ targetRef }) => (
                <EntityLink key={targetRef} text={targetRef} />
              ))}
              {all.length > MOST_LISTED ? <span>and {all.length - MOST_LISTED} more</span> : null}
            </dd>
          </div>
        );
      })}
    </dl>
  );
}

function wordOf(type: string): string {
  return WORDS[type] ?? type;
}
