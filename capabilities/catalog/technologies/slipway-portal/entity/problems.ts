import type { EntityIndex, Indexed } from './entity-index.ts';
import { relationsOf } from './relations.ts';

/** What is to be said of an entity, in the words of Backstage's `status.items`; `info` is not wrong. */
export interface EntityProblem {
  type: string;
  level: 'error' | 'warning' | 'info';
  message: string;
}

/** Relations that make a hierarchy or an order: following one must not lead back. */
const ACYCLIC = ['partOf', 'childOf', 'dependsOn'] as const;
/** A search for a way back gives up after so many entities. */
const MOST_VISITED = 2_000;

/** Errors of its source, references to nothing, a name that another has already, and circles, each with what to do. */
export function problemsOf(index: EntityIndex, item: Indexed): EntityProblem[] {
  const errors = (item.object.status?.errors ?? []).map(message => ({
    type: 'slipway.dev/catalog-read',
    level: 'error' as const,
    message,
  }));
  return [
    ...errors,
    ...takenName(index, item),
    ...danglingOf(index, item),
    ...circlesOf(index, item),
    ...conditionsOf(item),
  ];
}

/** Of what the platform runs itself: how far it is as it should be. */
function conditionsOf({ object }: Indexed): EntityProblem[] {
  return (object.status?.conditions ?? []).map(({ type, status, reason, message }) => ({
    type: `slipway.dev/${type.toLowerCase()}`,
    level: status === 'False' ? 'error' : 'info',
    message: `${type} ${status}${message ? `: ${message}` : ` (${reason})`}`,
  }));
}

function takenName(index: EntityIndex, item: Indexed): EntityProblem[] {
  const [owner] = index.byRef(item.ref);
  if (!owner || owner === item) return [];
  const { namespace, name } = owner.object.metadata;
  const held = owner.object.spec.location ?? `${namespace}/${name}`;
  return [
    {
      type: 'slipway.dev/name-taken',
      level: 'error',
      message: `${item.ref} is the name of an entity from ${held}, which is older; give this one another metadata.name or metadata.namespace (names that differ only in case are the same)`,
    },
  ];
}

function danglingOf(index: EntityIndex, item: Indexed): EntityProblem[] {
  return relationsOf(item.object.spec.entity)
    .own.filter(({ targetRef }) => index.byRef(targetRef).length === 0)
    .map(({ type, targetRef }) => ({
      type: 'slipway.dev/dangling-reference',
      level: 'warning',
      message: `${type} ${targetRef}: there is no such entity; register it, or mend the reference in ${item.object.spec.location ?? 'its source'}`,
    }));
}

function circlesOf(index: EntityIndex, item: Indexed): EntityProblem[] {
  return ACYCLIC.flatMap(type => {
    const way = wayBack(index, item.ref, type);
    if (!way) return [];
    const message = `${type} leads in a circle: ${way.join(' → ')}; take one of these references out`;
    return [{ type: 'slipway.dev/circle', level: 'warning' as const, message }];
  });
}

/** The shortest way along relations of one type from an entity back to itself. */
function wayBack(index: EntityIndex, from: string, type: string): string[] | undefined {
  const before = new Map<string, string>();
  const open = [from];
  for (let ref = open.shift(); ref !== undefined && before.size < MOST_VISITED; ref = open.shift()) {
    for (const target of targetsOf(index, ref, type)) {
      if (target === from) return [...wayTo(before, from, ref), from];
      if (before.has(target)) continue;
      before.set(target, ref);
      open.push(target);
    }
  }
  return undefined;
}

function targetsOf(index: EntityIndex, ref: string, type: string): string[] {
  const [item] = index.byRef(ref);
  const relations = item?.object.status?.relations ?? [];
  return relations.filter(relation => relation.type === type).map(({ targetRef }) => targetRef);
}

function wayTo(before: Map<string, string>, from: string, to: string): string[] {
  const way = [to];
  for (let ref = to; ref !== from; ) {
    ref = before.get(ref) ?? from;
    way.unshift(ref);
  }
  return way;
}
