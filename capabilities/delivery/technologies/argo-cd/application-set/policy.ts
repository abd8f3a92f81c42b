import type { ArgoCdConfig } from '../settings/config.ts';
import type { ApplicationSet } from './spec.ts';

/** What an ApplicationSet may do to its Applications besides creating them. */
export interface SyncPolicy {
  update: boolean;
  delete: boolean;
}

const POLICIES: Record<string, SyncPolicy> = {
  'create-only': { update: false, delete: false },
  'create-update': { update: true, delete: false },
  'create-delete': { update: false, delete: true },
  sync: { update: true, delete: true },
};
const SYNC: SyncPolicy = { update: true, delete: true };

/** The controller's own policy goes first unless it may be overridden (`enable.policy.override`). */
export function policyOf({ spec }: ApplicationSet, config: ArgoCdConfig['applicationSet']): SyncPolicy {
  const own = spec.syncPolicy?.applicationsSync;
  const chosen = own && config.policyOverride ? own : config.policy;
  return POLICIES[chosen] ?? SYNC;
}
