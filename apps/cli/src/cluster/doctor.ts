import { type Obstacle, type UnreadyComponent, unreadyComponents } from '@slipway/cluster';
import { columns, EXIT, type Format, mark, print } from '../output.ts';
import { obstaclesOf } from './check-cluster.ts';
import type { Cluster } from './open-cluster.ts';

/** What stands in a definition's way on its cluster, and what of it is there and not ready, with its cause. */
export async function diagnoseCluster(cluster: Cluster, output: Format): Promise<number> {
  const plan = await cluster.plan();
  const [obstacles, unready] = await Promise.all([
    obstaclesOf(cluster, plan),
    unreadyComponents(cluster.client, plan),
  ]);
  const stops = obstacles.filter(({ isWarning }) => !isWarning);
  print(output, { obstacles, unready }, () => text(obstacles, unready));
  return stops.length + unready.length === 0 ? EXIT.done : EXIT.unhealthy;
}

function text(obstacles: Obstacle[], unready: UnreadyComponent[]): string {
  if (obstacles.length + unready.length === 0)
    return 'nothing stands in the way, and all that is there is ready';
  const rows = [
    ...obstacles.map(({ check, isWarning, what, where, advice }) => [
      check,
      isWarning ? 'warning' : mark(false),
      `${what}: ${where}`,
      advice,
    ]),
    ...unready.flatMap(({ id, objects }) =>
      objects.map(({ name, why }) => [id, mark(false), `${name}: ${why}`, '']),
    ),
  ];
  return columns([['CHECK', 'STATE', 'FOUND', 'WHAT TO DO'], ...rows]);
}
