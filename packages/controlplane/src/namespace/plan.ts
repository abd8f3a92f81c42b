import { type Condition, type Kind, type KubeObject, timestamp } from '@slipway/api';

/** What is left of one kind in a namespace. */
export interface Remaining {
  kind: Kind;
  objects: KubeObject[];
}

/** Outcome of one round of deletion. */
export interface Round {
  /** Kinds whose objects could not be listed or deleted, with why. */
  failures: { kind: Kind; message: string }[];
  remaining: Remaining[];
  /** Set when the kinds could not be discovered. */
  discoveryFailure?: string;
}

/** The five conditions of a namespace that is going away (upstream's namespaced_resources_deleter conditions). */
export function deletionConditions(round: Round, before: Condition[] | undefined, now: number): Condition[] {
  const { failures, remaining, discoveryFailure } = round;
  const left = remaining.filter(one => one.objects.length > 0);
  const finalizers = countFinalizers(left);
  const rows: { type: string; bad: string | undefined; reason: string; fine: string; fineMessage: string }[] =
    [
      {
        type: 'NamespaceDeletionDiscoveryFailure',
        bad: discoveryFailure && `Discovery failed for some groups: ${discoveryFailure}`,
        reason: 'DiscoveryFailed',
        fine: 'ResourcesDiscovered',
        fineMessage: 'All resources successfully discovered',
      },
      {
        type: 'NamespaceDeletionGroupVersionParsingFailure',
        bad: undefined,
        reason: 'GroupVersionParsingFailed',
        fine: 'ParsedGroupVersions',
        fineMessage: 'All legacy kube types successfully parsed',
      },
      {
        type: 'NamespaceDeletionContentFailure',
        bad:
          failures.length > 0
            ? `Failed to delete all resource types, ${failures.length} remaining: ${failures
                .map(one => one.message)
                .sort()
                .join(', ')}`
            : undefined,
        reason: 'ContentDeletionFailed',
        fine: 'ContentDeleted',
        fineMessage: 'All content successfully deleted, may be waiting on finalization',
      },
      {
        type: 'NamespaceContentRemaining',
        bad:
          left.length > 0
            ? `Some resources are remaining: ${left.map(resourceText).sort().join(', ')}`
            : undefined,
        reason: 'SomeResourcesRemain',
        fine: 'ContentRemoved',
        fineMessage: 'All content successfully removed',
      },
      {
        type: 'NamespaceFinalizersRemaining',
        bad:
          finalizers.length > 0
            ? `Some content in the namespace has finalizers remaining: ${finalizers.join(', ')}`
            : undefined,
        reason: 'SomeFinalizersRemain',
        fine: 'ContentHasNoFinalizers',
        fineMessage: 'All content-preserving finalizers finished',
      },
    ];
  return rows.map(({ type, bad, reason, fine, fineMessage }) => {
    const status = bad ? 'True' : 'False';
    const present = before?.find(condition => condition.type === type);
    const since = present?.status === status ? present.lastTransitionTime : timestamp(now);
    return {
      type,
      status,
      reason: bad ? reason : fine,
      message: bad ?? fineMessage,
      lastTransitionTime: since,
    };
  });
}

function resourceText({ kind, objects }: Remaining): string {
  const name = kind.group === '' ? `${kind.plural}.` : `${kind.plural}.${kind.group}`;
  return `${name} has ${objects.length} resource instances`;
}

function countFinalizers(left: Remaining[]): string[] {
  const counts = new Map<string, number>();
  for (const { metadata } of left.flatMap(one => one.objects)) {
    for (const finalizer of metadata.finalizers ?? [])
      counts.set(finalizer, (counts.get(finalizer) ?? 0) + 1);
  }
  return [...counts].map(([name, count]) => `${name} in ${count} resource instances`).sort();
}
