export type Propagation = 'Foreground' | 'Background' | 'Orphan';

/** What `syncOptions` of an operation mean; a word that Argo CD does not know means nothing there either. */
export interface SyncOptions {
  createNamespace: boolean;
  applyOutOfSyncOnly: boolean;
  pruneLast: boolean;
  replace: boolean;
  validate: boolean;
  serverSideApply: boolean;
  migrateClientSideApply: boolean;
  respectIgnoreDifferences: boolean;
  failOnSharedResource: boolean;
  skipDryRunOnMissingResource: boolean;
  prunePropagation: Propagation;
  /** The list as it was given, for what a resource's own annotation can say otherwise (`Prune`, `Delete`). */
  given: string[];
}

export function readSyncOptions(given: string[]): SyncOptions {
  const has = (option: string) => given.includes(option);
  return {
    createNamespace: has('CreateNamespace=true'),
    applyOutOfSyncOnly: has('ApplyOutOfSyncOnly=true'),
    pruneLast: has('PruneLast=true'),
    replace: has('Replace=true'),
    validate: !has('Validate=false'),
    serverSideApply: has('ServerSideApply=true'),
    migrateClientSideApply: !has('ClientSideApplyMigration=false'),
    respectIgnoreDifferences: has('RespectIgnoreDifferences=true'),
    failOnSharedResource: has('FailOnSharedResource=true'),
    skipDryRunOnMissingResource: has('SkipDryRunOnMissingResource=true'),
    prunePropagation: propagationOf(given),
    given,
  };
}

function propagationOf(given: string[]): Propagation {
  const policies = { background: 'Background', foreground: 'Foreground', orphan: 'Orphan' } as const;
  for (const [word, policy] of Object.entries(policies))
    if (given.includes(`PrunePropagationPolicy=${word}`)) return policy;
  return 'Foreground';
}
