import { type Key, keyOf, keyText, type Stored } from '@slipway/api';
import { updateStatus } from '@slipway/client';
import { Entity } from '@slipway/kinds';
import { type Context, type Controller, controller, done, type Outcome, watching } from '@slipway/runtime';
import { refOf, refText } from './envelope.ts';
import { type Relation, relationsOf, unique } from './relations.ts';

/** Which entity names which: kept current by reconciles, so that one change costs its neighbours and no more. */
interface Index {
  /** Reference → key of its object. */
  keys: Map<string, Key>;
  /** Object key → what it says about others, by their reference. */
  told: Map<string, Map<string, Relation[]>>;
  refs: Map<string, string>;
}

/** Keeps `status.relations` of entities: their own and those that others declare towards them. */
export function relationsController(): Controller {
  const index: Index = { keys: new Map(), told: new Map(), refs: new Map() };
  return controller<Entity>({
    name: 'catalog-relations',
    kind: Entity,
    watches: [watching<Entity>({ kind: Entity, keysOf: entity => neighboursOf(index, entity) })],
    reconcile: (entity, context) => reconcileRelations(index, entity, context),
    removed: async key => {
      const text = keyText(key);
      const ref = index.refs.get(text);
      index.told.delete(text);
      index.refs.delete(text);
      if (ref) index.keys.delete(ref);
    },
  });
}

function neighboursOf(index: Index, entity: Stored<Entity>): Key[] {
  const { reverse } = relationsOf(entity.spec.entity);
  const before = index.told.get(keyText(keyOf(entity)));
  const refs = new Set([...reverse.map(({ source }) => source), ...(before?.keys() ?? [])]);
  return [...refs].flatMap(ref => index.keys.get(ref) ?? []);
}

async function reconcileRelations(
  index: Index,
  entity: Stored<Entity>,
  { client }: Context,
): Promise<Outcome> {
  const key = keyOf(entity);
  const ref = refText(refOf(entity.spec.entity));
  const { own, reverse } = relationsOf(entity.spec.entity);
  const told = new Map<string, Relation[]>();
  for (const { source, relation } of reverse) told.set(source, [...(told.get(source) ?? []), relation]);
  index.keys.set(ref, key);
  index.refs.set(keyText(key), ref);
  index.told.set(keyText(key), told);
  const declared = [...index.told.values()].flatMap(others => others.get(ref) ?? []);
  const relations = unique([...own, ...declared]);
  if (JSON.stringify(entity.status?.relations ?? []) === JSON.stringify(relations)) return done;
  await updateStatus(client, Entity, key, draft => {
    draft.status = { ...draft.status, relations };
  });
  return done;
}
