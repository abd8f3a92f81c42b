import type { Client } from '@slipway/client';
import type { ClusterPlan } from '../plan-cluster.ts';
import { capacityObstacles } from './capacity.ts';
import { kindObstacles } from './kinds-served.ts';
import { versionObstacles } from './kubernetes-version.ts';
import { lookAround } from './look-around.ts';
import { namespaceObstacles } from './namespaces.ts';
import type { Obstacle } from './obstacle.ts';
import { ownerObstacles } from './owner.ts';
import { permissionObstacles } from './permission.ts';
import { platformObstacles } from './platform-state.ts';

export interface PreflightOptions {
  /** What is taken over from whoever has it: a component's id, `Kind/name` or `Kind/namespace/name`. */
  adopt?: string[];
  /** Components that may be between two versions: whoever upgrades goes on with them. */
  resuming?: string[];
}

/**
 * Everything that stands in a plan's way on a cluster, all of it at once; nothing is changed. What is only a warning
 * (`isWarning`) stops nothing. The same cluster and plan give the same list.
 * @throws StatusError when the cluster does not answer
 */
export async function preflight(
  plan: ClusterPlan,
  client: Client,
  { adopt = [], resuming = [] }: PreflightOptions = {},
): Promise<Obstacle[]> {
  const around = await lookAround(plan, client);
  const found = await Promise.all([
    versionObstacles(plan, around),
    capacityObstacles(plan, around),
    kindObstacles(plan, around),
    namespaceObstacles(plan, around),
    ownerObstacles(plan, around, adopt),
    platformObstacles(plan, around, resuming),
    permissionObstacles(plan, around, client),
  ]);
  return found.flat();
}
