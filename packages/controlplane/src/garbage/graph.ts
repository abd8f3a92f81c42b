import type { Key, Kind, KubeObject, OwnerReference } from '@slipway/api';

/** What the collector knows of one object. */
export interface Entity {
  uid: string;
  kind: Kind;
  key: Key;
  owners: OwnerReference[];
  finalizers: string[];
  deleting: boolean;
}

export const FOREGROUND = 'foregroundDeletion';
export const ORPHAN = 'orphan';

/** Its dependents have to go first. */
export function deletesDependents(entity: Entity): boolean {
  return entity.deleting && entity.finalizers.includes(FOREGROUND);
}

export function orphansDependents(entity: Entity): boolean {
  return entity.deleting && entity.finalizers.includes(ORPHAN);
}

/** Objects and who depends on whom, by uid. */
export class Graph {
  readonly #entities = new Map<string, Entity>();
  readonly #dependents = new Map<string, Set<string>>();

  get(uid: string): Entity | undefined {
    return this.#entities.get(uid);
  }

  dependentsOf(uid: string): Entity[] {
    const found: Entity[] = [];
    for (const dependent of this.#dependents.get(uid) ?? []) {
      const entity = this.#entities.get(dependent);
      if (entity) found.push(entity);
    }
    return found;
  }

  put(entity: Entity): void {
    this.#unlink(entity.uid);
    this.#entities.set(entity.uid, entity);
    for (const { uid } of entity.owners) {
      const dependents = this.#dependents.get(uid) ?? new Set();
      this.#dependents.set(uid, dependents.add(entity.uid));
    }
  }

  remove(uid: string): void {
    this.#unlink(uid);
    this.#entities.delete(uid);
  }

  #unlink(uid: string): void {
    for (const owner of this.#entities.get(uid)?.owners ?? []) {
      const dependents = this.#dependents.get(owner.uid);
      dependents?.delete(uid);
      if (dependents?.size === 0) this.#dependents.delete(owner.uid);
    }
  }
}

/** The part of an object that the collector looks at. */
export function entityOf(kind: Kind, object: KubeObject): Entity {
  const {
    uid = '',
    name = '',
    namespace,
    ownerReferences = [],
    finalizers = [],
    deletionTimestamp,
  } = object.metadata;
  return {
    uid,
    kind,
    key: namespace ? { namespace, name } : { name },
    owners: ownerReferences,
    finalizers,
    deleting: deletionTimestamp !== undefined,
  };
}
