import type { KubeObject } from '@slipway/api';
import type { ResourceInfo } from './resource-info.ts';

/**
 * Checks what may not change: immutable fields, transition rules of CRDs. Call it after validateObject.
 * @throws StatusError Invalid
 */
export function validateUpdate(_old: KubeObject, _new: KubeObject, _info: ResourceInfo): void {}
