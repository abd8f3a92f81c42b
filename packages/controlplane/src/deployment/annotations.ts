import type { Deployment, ReplicaSet } from '@slipway/kinds';

export const REVISION = 'deployment.kubernetes.io/revision';
const REVISION_HISTORY = 'deployment.kubernetes.io/revision-history';
const DESIRED = 'deployment.kubernetes.io/desired-replicas';
const MAXIMUM = 'deployment.kubernetes.io/max-replicas';

/** What a Deployment's annotations may not bring to its sets. */
const NOT_COPIED = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  'deprecated.deployment.rollback.to',
  REVISION,
  REVISION_HISTORY,
  DESIRED,
  MAXIMUM,
]);

export function revisionOf(object: Pick<ReplicaSet, 'metadata'>): number {
  return Number(object.metadata.annotations?.[REVISION] ?? 0) || 0;
}

/** What the set was last scaled for; undefined when that is not known. */
export function desiredOf(set: ReplicaSet): number | undefined {
  return numberIn(set, DESIRED);
}

export function maximumOf(set: ReplicaSet): number | undefined {
  return numberIn(set, MAXIMUM);
}

function numberIn({ metadata }: ReplicaSet, name: string): number | undefined {
  const value = metadata.annotations?.[name];
  return value === undefined || Number.isNaN(Number(value)) ? undefined : Number(value);
}

export function scaleAnnotations(desired: number, maximum: number): Record<string, string> {
  return { [DESIRED]: String(desired), [MAXIMUM]: String(maximum) };
}

/** A set's annotations with the Deployment's own and its revision; an old revision goes into its history. */
export function revisionAnnotations(
  deployment: Deployment,
  present: Record<string, string> | undefined,
  revision: number,
): Record<string, string> {
  const copied = Object.entries(deployment.metadata.annotations ?? {}).filter(
    ([name]) => !NOT_COPIED.has(name),
  );
  const annotations = { ...present, ...Object.fromEntries(copied) };
  const before = Number(present?.[REVISION] ?? 0) || 0;
  if (before >= revision) return annotations;
  annotations[REVISION] = String(revision);
  if (before > 0)
    annotations[REVISION_HISTORY] = [...(present?.[REVISION_HISTORY]?.split(',') ?? []), before].join(',');
  return annotations;
}
