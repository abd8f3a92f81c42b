import type { Pod } from '@slipway/kinds';

/** Neither finished nor on its way out. */
export function isActive({ metadata, status }: Pod): boolean {
  return (
    status?.phase !== 'Succeeded' && status?.phase !== 'Failed' && metadata.deletionTimestamp === undefined
  );
}

export function isTerminating({ metadata, status }: Pod): boolean {
  return (
    metadata.deletionTimestamp !== undefined && status?.phase !== 'Succeeded' && status?.phase !== 'Failed'
  );
}

/** When its Ready condition became True; undefined while it is not. */
export function readySince(pod: Pod): number | undefined {
  const ready = pod.status?.conditions?.find(condition => condition.type === 'Ready');
  if (ready?.status !== 'True') return undefined;
  return ready.lastTransitionTime ? Date.parse(ready.lastTransitionTime) : 0;
}

export function isReady(pod: Pod): boolean {
  return readySince(pod) !== undefined;
}

/** Ready, and that for at least `minReadySeconds`. */
export function isAvailable(pod: Pod, minReadySeconds: number, now: number): boolean {
  const since = readySince(pod);
  if (since === undefined) return false;
  return minReadySeconds === 0 || (since > 0 && since + minReadySeconds * 1000 <= now);
}

/** Milliseconds until the next ready pod becomes available; undefined when none will by time alone. */
export function untilAvailable(pods: Pod[], minReadySeconds: number, now: number): number | undefined {
  const waits = pods.flatMap(pod => {
    const since = readySince(pod);
    return since !== undefined && !isAvailable(pod, minReadySeconds, now)
      ? [since + minReadySeconds * 1000 - now]
      : [];
  });
  return waits.length === 0 ? undefined : Math.max(0, Math.min(...waits));
}

/** Restarts of all containers, the largest first in a ranking. */
export function restartsOf(pod: Pod): number {
  return Math.max(0, ...(pod.status?.containerStatuses ?? []).map(container => container.restartCount));
}
