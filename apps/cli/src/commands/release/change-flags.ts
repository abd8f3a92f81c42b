import type { UpgradeOptions } from '@slipway/sources';

/** Options of install, upgrade and rollback, as the command line has them. */
export interface ChangeFlags {
  wait?: boolean;
  waitForJobs?: boolean;
  timeout: number;
  /** `--no-hooks` turns it off. */
  hooks: boolean;
  forceConflicts?: boolean;
  description?: string;
  historyMax?: number;
  createNamespace?: boolean;
  dryRun?: boolean;
  skipCrds?: boolean;
  skipSchemaValidation?: boolean;
  takeOwnership?: boolean;
  rollbackOnFailure?: boolean;
  cleanupOnFail?: boolean;
  install?: boolean;
  reuseValues?: boolean;
  resetValues?: boolean;
  resetThenReuseValues?: boolean;
}

export function changeOptions({ timeout, hooks, ...flags }: ChangeFlags): UpgradeOptions {
  const names = [
    'wait',
    'waitForJobs',
    'forceConflicts',
    'description',
    'historyMax',
    'createNamespace',
    'dryRun',
    'skipCrds',
    'takeOwnership',
    'rollbackOnFailure',
    'cleanupOnFail',
    'install',
    'reuseValues',
    'resetValues',
    'resetThenReuseValues',
  ] as const;
  const given = names.flatMap(name => (flags[name] === undefined ? [] : [[name, flags[name]]]));
  return { ...Object.fromEntries(given), timeoutMs: timeout * 1000, noHooks: !hooks };
}
