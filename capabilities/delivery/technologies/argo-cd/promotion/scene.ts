import type { Stored } from '@slipway/api';
import { Environment, type Promotion, Repository, Workload } from '@slipway/kinds';
import type { Context } from '@slipway/runtime';
import { placeOf } from '../environment/write-manifests.ts';
import type { GitServer } from '../workload/git-server.ts';
import { teamOf } from '../workload/plan.ts';

/** Everything one look at a Promotion needs. */
export interface Scene {
  promotion: Stored<Promotion>;
  workload: Stored<Workload>;
  team: string;
  /** `<owner>/<name>` of the service's repository. */
  source: string;
  /** Of the service, in order. */
  environments: string[];
  environment: Stored<Environment> | undefined;
  git: GitServer;
  context: Context;
}

/** Undefined: the service is gone, or on its way out. */
export function sceneOf(promotion: Stored<Promotion>, context: Context, git: GitServer): Scene | undefined {
  const { namespace = '' } = promotion.metadata;
  const team = teamOf(namespace);
  const workload = context.cache(Workload).get({ namespace, name: promotion.spec.workload });
  if (!team || !workload || workload.metadata.deletionTimestamp) return undefined;
  const all = context.cache(Environment).list();
  const names = all.sort((a, b) => a.spec.order - b.spec.order).map(each => each.metadata.name);
  const repository = context
    .cache(Repository)
    .list({ namespace })
    .find(({ spec }) => spec.name === workload.spec.repository);
  return {
    promotion,
    workload,
    team,
    source: `${repository?.spec.owner ?? team}/${workload.spec.repository}`,
    environments: workload.spec.environments?.length ? workload.spec.environments : names,
    environment: context.cache(Environment).get({ name: promotion.spec.to }),
    git,
    context,
  };
}

/** Where an environment of the service stands in Git. */
export function placeIn(
  { workload, team }: Scene,
  environment: string,
): { repository: string; path: string } {
  return placeOf({ workload, team, environment });
}

export function nowOf({ context }: Pick<Scene, 'context'>): string {
  return new Date(context.clock.now()).toISOString();
}
