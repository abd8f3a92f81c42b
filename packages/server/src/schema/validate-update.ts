import { isDeepStrictEqual } from 'node:util';
import type { KubeObject } from '@slipway/api';
import { checkSpecUpdate } from './checks/update.ts';
import { invalid, invalidError, type Problem } from './problem.ts';
import type { ResourceInfo } from './resource-info.ts';
import { checkRules } from './rules.ts';
import type { Values } from './value.ts';

const IMMUTABLE = ['uid', 'creationTimestamp'] as const;

/**
 * Checks what may not change: immutable fields, transition rules of CRDs. Call it after validateObject.
 * @throws StatusError Invalid
 */
export function validateUpdate(old: KubeObject, updated: KubeObject, info: ResourceInfo): void {
  const problems = [...checkMetadataUpdate(old, updated), ...checkContent(old, updated, info)];
  if (problems.length > 0) throw invalidError(info, updated.metadata.name ?? '', problems);
}

function checkMetadataUpdate(old: KubeObject, updated: KubeObject): Problem[] {
  return IMMUTABLE.flatMap(name => {
    const value = updated.metadata[name];
    const same = value === undefined || isDeepStrictEqual(old.metadata[name], value);
    return same ? [] : [invalid(`metadata.${name}`, value, 'field is immutable')];
  });
}

function checkContent(old: KubeObject, updated: KubeObject, info: ResourceInfo): Problem[] {
  if (!info.custom) return checkSpecUpdate(old as unknown as Values, updated as unknown as Values, info);
  return checkRules({ value: updated, old, schema: info.schema, field: '', onlyChanges: true });
}
