import type { Stored } from '@slipway/api';
import type { Settings } from '@slipway/definition';
import type { Repository, Workload } from '@slipway/kinds';
import type { Context } from '@slipway/runtime';
import type { GitServer } from './git-server.ts';

export type Status = NonNullable<Workload['status']>;

/** Everything one look at a Workload needs. */
export interface Look {
  workload: Stored<Workload>;
  team: string;
  repository: Stored<Repository>;
  revision: string;
  environments: string[];
  context: Context;
  git: GitServer;
  settings: Settings;
}

/** `<owner>/<name>` of the service's repository. */
export function pathOf({ repository }: Look): string {
  return `${repository.spec.owner}/${repository.spec.name}`;
}
