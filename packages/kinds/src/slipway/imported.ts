import type { KubeObject } from '@slipway/api';

/**
 * On an object that came from another platform: where it was, and who made it there (JSON, `ImportedFrom`). Builds,
 * promotions and approvals that have it are over: no controller acts on them, and what their status says was decided
 * elsewhere.
 */
export const IMPORTED = 'slipway.dev/imported';

export interface ImportedFrom {
  /** Id of the platform it was exported from. */
  platform: string;
  /** RFC 3339. */
  createdAt?: string;
  /** As that platform's API server recorded it. */
  createdBy?: string;
}

/** Whether it is a record of another platform. */
export function isImported({ metadata }: Pick<KubeObject, 'metadata'>): boolean {
  return metadata.annotations?.[IMPORTED] !== undefined;
}
