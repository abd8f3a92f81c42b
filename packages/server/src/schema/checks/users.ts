import type { Problem } from '../problem.ts';
import type { Values } from '../value.ts';
import { inRange, MOST_INT32 } from './number.ts';

/** Ids of users and groups that a pod or a container runs as. */
export function checkUsers(context: Values, field: string): Problem[] {
  return ['runAsUser', 'runAsGroup', 'fsGroup'].flatMap(name =>
    inRange(context[name], 0, MOST_INT32, `${field}.${name}`),
  );
}
