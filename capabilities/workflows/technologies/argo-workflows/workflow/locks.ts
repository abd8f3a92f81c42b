import { type SemaphoreRef, type SyncReference, type Template, textOf, type WorkflowSpec } from '../model.ts';
import { substitute, type Variables } from '../substitution/substitute.ts';
import type { LockAnswer, World } from './run.ts';

interface Lock {
  /** `namespace/Mutex/name` or `namespace/ConfigMap/name/key`, as upstream writes it. */
  key: string;
  limit: number;
}

/**
 * Mutexes and semaphores of all workflows, in this process. They are taken again in the order of reconciles after a
 * restart; who already ran before it (`resumed`) comes first.
 */
export interface LockTable {
  acquire(holder: string, locks: Lock[]): LockAnswer;
  release(holder: string): void;
  /** Releases everything of holders that start so. */
  releaseAll(prefix: string): void;
}

export function createLockTable(): LockTable {
  const held = new Map<string, Set<string>>();
  const waiting = new Map<string, string[]>();
  const holdersOf = (key: string) => held.get(key) ?? new Set<string>();
  const drop = (matches: (holder: string) => boolean) => {
    for (const holders of held.values())
      for (const holder of holders) if (matches(holder)) holders.delete(holder);
    for (const [key, queue] of waiting)
      waiting.set(
        key,
        queue.filter(holder => !matches(holder)),
      );
  };
  return {
    acquire: (holder, locks) => {
      const blocked = locks.find(({ key, limit }) => {
        const holders = holdersOf(key);
        if (holders.has(holder)) return false;
        const queue = waiting.get(key) ?? [];
        if (!queue.includes(holder)) waiting.set(key, [...queue, holder]);
        // Free places go to those who have waited longest.
        return (waiting.get(key) ?? []).indexOf(holder) >= limit - holders.size;
      });
      if (blocked) {
        const { key, limit } = blocked;
        return {
          held: false,
          message: `Waiting for ${key} lock. Lock status: ${Math.max(0, limit - holdersOf(key).size)}/${limit}`,
        };
      }
      for (const { key } of locks) {
        held.set(key, holdersOf(key).add(holder));
        waiting.set(
          key,
          (waiting.get(key) ?? []).filter(other => other !== holder),
        );
      }
      return { held: true };
    },
    release: holder => drop(other => other === holder),
    releaseAll: prefix => drop(other => other.startsWith(prefix)),
  };
}

/** The locks a template or workflow needs; a semaphore's size lies in a ConfigMap. */
export function locksOf(
  source: Template | WorkflowSpec,
  options: { namespace: string; variables: Variables; now: number; size(reference: SemaphoreRef): number },
): Lock[] {
  const filled: SyncReference = substitute(source.synchronization ?? {}, options.variables, {
    strict: false,
    now: options.now,
  });
  const mutexes = [filled.mutex, ...(filled.mutexes ?? [])].flatMap(mutex => mutex ?? []);
  const semaphores = [filled.semaphore, ...(filled.semaphores ?? [])].flatMap(semaphore => semaphore ?? []);
  return [
    ...mutexes.map(mutex => ({
      key: `${mutex.namespace ?? options.namespace}/Mutex/${textOf(mutex.name) ?? ''}`,
      limit: 1,
    })),
    ...semaphores.map(semaphore => ({
      key: `${semaphore.namespace ?? options.namespace}/ConfigMap/${semaphore.configMapKeyRef?.name ?? ''}/${semaphore.configMapKeyRef?.key ?? ''}`,
      limit: options.size(semaphore),
    })),
  ];
}

export type LockWorld = Pick<World, 'lock' | 'release'>;
