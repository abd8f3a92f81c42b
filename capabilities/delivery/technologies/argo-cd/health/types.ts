import type { AnyObject } from '@slipway/api';

/** A rule's answer; `health.ts` has the words. Here so that rules do not import the list they are in. */
export interface Health {
  status: 'Healthy' | 'Progressing' | 'Degraded' | 'Suspended' | 'Missing' | 'Unknown';
  message?: string;
}

export type HealthRule = (object: AnyObject) => Health;

export interface DaemonSetStatus {
  observedGeneration?: number;
  desiredNumberScheduled?: number;
  updatedNumberScheduled?: number;
  numberAvailable?: number;
}

export interface RuleCondition {
  type: string;
  status: string;
  reason?: string;
  message?: string;
  observedGeneration?: number;
  /** Cluster API's. */
  severity?: string;
}
