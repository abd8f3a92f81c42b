import type { Json } from '@slipway/api';
import type { ResourceInfo, Schema } from '../schema/index.ts';
import { type Comparison, compare } from './compare.ts';
import { type Conflict, conflictsOf } from './conflict.ts';
import { difference, emptySet, type FieldSet, intersection, isEmptySet, union } from './field-set.ts';
import { type Manager, type Managers, withoutEmpty } from './managers.ts';
import { removeItems, withNamedFields } from './remove.ts';
import { ownable } from './reset-fields.ts';
import { toFieldSet } from './to-field-set.ts';

/** How a write changes who owns what (structured-merge-diff's Updater). */
export interface Change {
  before: Json;
  after: Json;
  info: ResourceInfo;
  subresource: string;
  managers: Managers;
  /** Identity of the manager that writes; its own entry is not in conflict with it. */
  self: string;
}

export interface Outcome {
  managers: Managers;
  comparison: Comparison;
  conflicts: Conflict[];
}

/** Takes what changed from everybody else; says what would be a conflict. */
export function takeOver({ before, after, info, subresource, managers, self }: Change): Outcome {
  const comparison = filtered(compare(before, after, info.schema), info, subresource);
  const changed = union(comparison.modified, comparison.added);
  const result: Managers = new Map();
  const conflicts: { manager: Manager; set: FieldSet }[] = [];
  for (const [identity, manager] of managers) {
    if (identity === self) {
      result.set(identity, manager);
      continue;
    }
    const conflict = intersection(manager.set, changed);
    if (!isEmptySet(conflict)) conflicts.push({ manager, set: conflict });
    const set = difference(difference(manager.set, conflict), comparison.removed);
    result.set(identity, { ...manager, set });
  }
  return { managers: withoutEmpty(result), comparison, conflicts: conflictsOf(conflicts) };
}

function filtered(found: Comparison, info: ResourceInfo, subresource: string): Comparison {
  return {
    removed: ownable(found.removed, info, subresource),
    modified: ownable(found.modified, info, subresource),
    added: ownable(found.added, info, subresource),
  };
}

/** What an update leaves in the writer's own set. */
export function afterUpdate(set: FieldSet, { removed, modified, added }: Comparison): FieldSet {
  return union(union(difference(set, removed), modified), added);
}

export interface Pruning {
  merged: Json;
  schema: Schema;
  /** What the applier owned before. */
  last: FieldSet | undefined;
  /** All managers, the applier with its new set. */
  managers: Managers;
}

/** Removes what the applier owned, does not apply any more, and nobody else owns. */
export function prune({ merged, schema, last, managers }: Pruning): Json {
  if (!last || isEmptySet(last)) return merged;
  const lastNamed = withNamedFields(last, schema);
  const bare = removeItems(merged, lastNamed, schema) ?? {};
  const owned = [...managers.values()].reduce((all, manager) => union(all, manager.set), emptySet());
  const mergedSet = withNamedFields(toFieldSet(merged, schema), schema);
  const kept = union(withNamedFields(toFieldSet(bare, schema), schema), withNamedFields(owned, schema));
  const pruned = removeItems(merged, difference(mergedSet, kept), schema) ?? {};
  const prunedSet = withNamedFields(toFieldSet(pruned, schema), schema);
  const gone = intersection(difference(mergedSet, prunedSet), lastNamed);
  return removeItems(merged, gone, schema) ?? {};
}
