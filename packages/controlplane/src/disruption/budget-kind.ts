import type { Condition, Kind, KubeObject, LabelSelector } from '@slipway/api';

export interface PodDisruptionBudget extends KubeObject {
  spec: {
    selector?: LabelSelector;
    minAvailable?: number | string;
    maxUnavailable?: number | string;
  };
  status?: {
    disruptionsAllowed: number;
    currentHealthy: number;
    desiredHealthy: number;
    expectedPods: number;
    observedGeneration?: number;
    /** Pods that an eviction was granted for, and when; until they are seen to go. */
    disruptedPods?: Record<string, string>;
    conditions?: Condition[];
  };
}
export const PodDisruptionBudget: Kind<PodDisruptionBudget> = {
  group: 'policy',
  version: 'v1',
  kind: 'PodDisruptionBudget',
  plural: 'poddisruptionbudgets',
  namespaced: true,
};
