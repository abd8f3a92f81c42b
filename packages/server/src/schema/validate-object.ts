import type { KubeObject } from '@slipway/api';
import { checkBuiltIn } from './checks/index.ts';
import { checkMetadata } from './checks/metadata.ts';
import { decodeBuiltIn, StrictDecodingError } from './decode-built-in.ts';
import { invalidError } from './problem.ts';
import type { ResourceInfo } from './resource-info.ts';
import { checkCustom, decodeCustom } from './validate-custom.ts';
import type { Values } from './value.ts';

/** Query parameter `fieldValidation`: what happens to unknown and duplicate fields. */
export type FieldValidation = 'Strict' | 'Warn' | 'Ignore';

/**
 * Checks an object against its kind: unknown fields and `duplicates` (complaints about the text it was read from)
 * by `mode`, then types, formats, required fields, rules.
 * Returns the object without what its kind does not know, and warnings to send along.
 * @throws StatusError BadRequest (strict decoding, types), Invalid (everything else, one cause for each field)
 */
export function validateObject(
  object: KubeObject,
  info: ResourceInfo,
  mode: FieldValidation,
  duplicates: readonly string[] = [],
): { object: KubeObject; warnings: string[] } {
  const decoded = info.custom ? decodeCustom(object, info) : decodeBuiltIn(object, info);
  const unknown = decoded.unknown.map(field => `unknown field ${JSON.stringify(field)}`);
  // Upstream learns of unknown fields while it reads built-in kinds, and after it has read others.
  const complaints = info.custom ? [...duplicates, ...unknown] : [...unknown, ...duplicates];
  if (mode === 'Strict' && complaints.length > 0) throw new StrictDecodingError(info, complaints);
  const problems = [
    ...(info.custom || !isReview(info) ? checkMetadata(decoded.object.metadata as Values, info) : []),
    ...(info.custom ? checkCustom(decoded.object, info) : checkBuiltIn(decoded.object, info)),
  ];
  if (problems.length > 0) throw invalidError(info, object.metadata.name ?? '', problems);
  return { object: decoded.object, warnings: mode === 'Warn' ? complaints : [] };
}

/** Objects that are only answered have no name. */
function isReview(info: ResourceInfo): boolean {
  return info.verbs.length === 1 && info.verbs[0] === 'create';
}
