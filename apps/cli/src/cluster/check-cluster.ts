import { type ClusterPlan, type Obstacle, obstacleText, preflight } from '@slipway/definition';
import { CommandError, say } from '../output.ts';
import type { Cluster } from './open-cluster.ts';

/**
 * Says what may go wrong, and refuses to go on for what will; nothing is changed.
 * @throws CommandError with everything that stands in the way
 */
export async function checkCluster(
  { client }: Pick<Cluster, 'client'>,
  plan: ClusterPlan,
  options: { adopt?: string[]; resuming?: string[] } = {},
): Promise<void> {
  const found = await preflight(plan, client, options);
  const stops = found.filter(({ isWarning }) => !isWarning);
  for (const each of found.filter(({ isWarning }) => isWarning)) say(`warning: ${obstacleText(each)}`);
  if (stops.length > 0)
    throw new CommandError(refusalText(stops), { next: 'slipway doctor -f platform.yaml' });
}

function refusalText(stops: Obstacle[]): string {
  const lines = stops.map(each => `- ${obstacleText(each)}`);
  const count = stops.length === 1 ? 'one thing stands' : `${stops.length} things stand`;
  return [`nothing was changed: ${count} in the way`, ...lines].join('\n');
}
