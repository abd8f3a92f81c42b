import type { KubeObject } from '@slipway/api';
import type { ResourceInfo } from '../schema/index.ts';

export interface TrackRequest {
  /** Absent on create. */
  live?: KubeObject | undefined;
  /** The object about to be stored. */
  updated: KubeObject;
  manager: string;
  info: ResourceInfo;
  /** Milliseconds since 1970. */
  now: number;
  subresource?: string | undefined;
}

/** Records in `metadata.managedFields` what a create, update or patch changed; returns a new object. */
export function trackUpdate({ updated }: TrackRequest): KubeObject {
  return updated;
}
