import type { Stored } from '@slipway/api';
import type { Component } from '@slipway/kinds';
import type { ClusterPlan } from '../plan-cluster.ts';
import type { Around } from './look-around.ts';
import type { Obstacle } from './obstacle.ts';

/** What an earlier apply, or another platform, left on the cluster. */
export function platformObstacles(
  { platform, components }: Pick<ClusterPlan, 'platform' | 'components'>,
  around: Pick<Around, 'platforms' | 'components'>,
  resuming: string[],
): Obstacle[] {
  const others = around.platforms.filter(({ metadata }) => metadata.name !== platform);
  const coming = new Map(components.map(each => [each.id, each.version]));
  return [
    ...others.map(({ metadata }) => ({
      check: 'platform' as const,
      what: `the platform ${metadata.name} is on this cluster`,
      where: `Platform ${metadata.name}`,
      advice: `a cluster holds one platform: name the definition ${metadata.name}, take that one away with slipway destroy, or take another cluster`,
    })),
    ...around.components.flatMap(component => [
      ...unreadable(component),
      ...(resuming.includes(component.metadata.name) ? [] : halfApplied(component, coming)),
    ]),
  ];
}

/** An inventory that another version wrote in another form: whoever guessed at it would orphan or delete things. */
function unreadable({ metadata: { name }, status }: Stored<Component>): Obstacle[] {
  const entries: unknown = status?.inventory ?? [];
  const isReadable =
    Array.isArray(entries) &&
    entries.every(
      each =>
        typeof each?.kind === 'string' &&
        typeof each.name === 'string' &&
        typeof each.apiVersion === 'string',
    );
  if (isReadable) return [];
  return [
    {
      check: 'half-applied',
      what: `the inventory of ${name} cannot be read`,
      where: `Component ${name}, status.inventory`,
      advice: 'another version of Slipway wrote it: apply with that version first, then with this one',
    },
  ];
}

/** Between two versions: whoever applied last wanted another one, and did not come to its end. */
function halfApplied(
  { metadata: { name }, spec, status }: Stored<Component>,
  coming: Map<string, string>,
): Obstacle[] {
  const wanted = coming.get(name);
  const isHalf = (status?.inventory ?? []).length > 0 && !status?.digest;
  if (!isHalf || !wanted || !spec.version || spec.version === wanted) return [];
  const from = status?.version && status.version !== spec.version ? ` from ${status.version}` : '';
  return [
    {
      check: 'half-applied',
      what: `${name} is on its way${from} to ${spec.version}, and slipway.lock has ${wanted}`,
      where: `Component ${name}`,
      advice: `go on with slipway upgrade ${name} --to ${spec.version}, or go back with slipway upgrade ${name} --to ${wanted}`,
    },
  ];
}
