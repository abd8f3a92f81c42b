import type { KubeObject } from '@slipway/api';

const DEFAULT_SECONDS = 30;

interface Pod extends KubeObject {
  spec?: { nodeName?: string; terminationGracePeriodSeconds?: number };
  status?: { phase?: string };
}

/**
 * Seconds an object has left after a DELETE. Only pods die slowly, and only those that a node runs
 * (kubernetes/pkg/registry/core/pod/strategy.go CheckGracefulDelete).
 */
export function graceFor(object: KubeObject, asked: number | undefined): number {
  if (object.kind !== 'Pod' || object.apiVersion !== 'v1') return 0;
  const { spec, status } = object as Pod;
  if (!spec?.nodeName || status?.phase === 'Failed' || status?.phase === 'Succeeded') return 0;
  return asked ?? spec.terminationGracePeriodSeconds ?? DEFAULT_SECONDS;
}
