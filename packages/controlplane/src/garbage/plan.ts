import type { OwnerReference } from '@slipway/api';
import { deletesDependents, type Entity, FOREGROUND, ORPHAN } from './graph.ts';

/** How an owner of an object stands. */
export interface OwnerState {
  reference: OwnerReference;
  state: 'solid' | 'absent' | 'waiting';
}

export type CollectorAction =
  | { action: 'none' }
  /** `unblock`: first its owners stop waiting for it, for it waits for one of them: a circle. */
  | { action: 'delete'; policy: 'Foreground' | 'Background' | 'Orphan'; unblock?: true }
  /** Keep only these owners: the others are gone. */
  | { action: 'keepOwners'; owners: OwnerReference[] };

/**
 * What becomes of an object with owners (upstream's attemptToDeleteItem): it lives while one of them does;
 * it goes when all are gone, or when the last ones wait for it in the foreground.
 */
export function judge(entity: Entity, owners: OwnerState[], dependents: Entity[]): CollectorAction {
  if (owners.length === 0 || entity.deleting) return { action: 'none' };
  const solid = owners.filter(owner => owner.state === 'solid');
  if (solid.length === owners.length) return { action: 'none' };
  if (solid.length > 0) return { action: 'keepOwners', owners: solid.map(owner => owner.reference) };
  const waited = owners.some(owner => owner.state === 'waiting');
  if (waited && dependents.length > 0) {
    const circle = dependents.some(deletesDependents);
    return { action: 'delete', policy: 'Foreground', ...(circle ? { unblock: true } : {}) };
  }
  if (entity.finalizers.includes(ORPHAN)) return { action: 'delete', policy: 'Orphan' };
  if (entity.finalizers.includes(FOREGROUND)) return { action: 'delete', policy: 'Foreground' };
  return { action: 'delete', policy: 'Background' };
}

/** Dependents that hold up an owner's deletion in the foreground. */
export function blocking(owner: Entity, dependents: Entity[]): Entity[] {
  return dependents.filter(dependent =>
    dependent.owners.some(reference => reference.uid === owner.uid && reference.blockOwnerDeletion === true),
  );
}

/** Owners that an object held up before and holds up no more. */
export function unblocked(before: Entity | undefined, after: Entity): string[] {
  const blocks = ({ owners }: Entity, uid: string): boolean =>
    owners.some(owner => owner.uid === uid && owner.blockOwnerDeletion === true);
  if (!before) return [];
  return before.owners.map(({ uid }) => uid).filter(uid => blocks(before, uid) && !blocks(after, uid));
}

/** How an owner that is in the graph stands. */
export function knownState(owner: Entity, reference: OwnerReference): OwnerState['state'] {
  return deletesDependents(owner) && reference.blockOwnerDeletion === true ? 'waiting' : 'solid';
}
