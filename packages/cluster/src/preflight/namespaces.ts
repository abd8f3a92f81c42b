import type { ClusterPlan } from '../plan-cluster.ts';
import { type Around, componentObjects, objectsOf } from './look-around.ts';
import { named, type Obstacle } from './obstacle.ts';

/** Namespaces that objects lie in, and that neither the plan makes nor the cluster has; or that are about to go. */
export function namespaceObstacles(
  plan: Pick<ClusterPlan, 'base' | 'components'>,
  { spaces }: Pick<Around, 'spaces'>,
): Obstacle[] {
  if (!spaces) return [];
  const made = new Set(
    objectsOf(plan).flatMap(({ kind, metadata }) => (kind === 'Namespace' ? [metadata.name] : [])),
  );
  const there = new Map(spaces.map(({ metadata }) => [metadata.name, metadata]));
  return plan.components.flatMap(component => {
    const objects = componentObjects(component).filter(({ metadata }) => !made.has(metadata.namespace));
    return [...Map.groupBy(objects, ({ metadata }) => metadata.namespace ?? '')].flatMap(
      ([space, inside]): Obstacle[] => {
        const live = there.get(space);
        if (space === '' || (live && !live.deletionTimestamp)) return [];
        const where = `${component.id}: ${named(inside.map(({ kind, metadata }) => `${kind} ${metadata.name}`))}`;
        if (live)
          return [
            {
              check: 'terminating',
              what: `namespace ${space} is being deleted`,
              where,
              advice: 'wait until it is gone, then make it anew',
            },
          ];
        return [
          {
            check: 'namespace',
            what: `there is no namespace ${space}, and nothing in the plan makes it`,
            where,
            advice: `make it: kubectl create namespace ${space}`,
          },
        ];
      },
    );
  });
}
