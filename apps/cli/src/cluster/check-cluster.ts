import {
  type ClusterPlan,
  existingObstacles,
  type Obstacle,
  obstacleText,
  preflight,
} from '@slipway/cluster';
import { httpRequest } from '@slipway/definition';
import { CommandError, say } from '../output.ts';
import type { Cluster } from './open-cluster.ts';

/**
 * Says what may go wrong, and refuses to go on for what will; nothing is changed.
 * @throws CommandError with everything that stands in the way
 */
export async function checkCluster(
  cluster: Pick<Cluster, 'client' | 'selection'>,
  plan: ClusterPlan,
  options: { adopt?: string[]; resuming?: string[] } = {},
): Promise<void> {
  const found = await obstaclesOf(cluster, plan, options);
  const stops = found.filter(({ isWarning }) => !isWarning);
  for (const each of found.filter(({ isWarning }) => isWarning)) say(`warning: ${obstacleText(each)}`);
  if (stops.length > 0)
    throw new CommandError(refusalText(stops), { next: 'slipway doctor -f platform.yaml' });
}

/** What stands in the way, of the cluster and of tools that somebody runs already. */
export async function obstaclesOf(
  { client, selection }: Pick<Cluster, 'client' | 'selection'>,
  plan: ClusterPlan,
  options: { adopt?: string[]; resuming?: string[] } = {},
): Promise<Obstacle[]> {
  const [own, existing] = await Promise.all([
    preflight(plan, client, options),
    existingObstacles(selection, client, { http: httpRequest }),
  ]);
  return [...own, ...existing];
}

function refusalText(stops: Obstacle[]): string {
  const lines = stops.map(each => `- ${obstacleText(each)}`);
  const count = stops.length === 1 ? 'one thing stands' : `${stops.length} things stand`;
  return [`nothing was changed: ${count} in the way`, ...lines].join('\n');
}
