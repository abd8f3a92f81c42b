import type { KubeObject } from '@slipway/api';
import { cannotBeHandled } from './decode-built-in.ts';
import { invalid, type Problem } from './problem.ts';
import { prune } from './prune.ts';
import type { ResourceInfo } from './resource-info.ts';
import { checkRules, hasRules } from './rules.ts';
import { checkValue } from './structural.ts';
import { isValues, jsonType } from './value.ts';

/** A custom object without unknown fields, which are named. */
export function decodeCustom(
  object: KubeObject,
  info: ResourceInfo,
): { unknown: string[]; object: KubeObject } {
  checkMetadataTypes(object, info);
  const unknown: string[] = [];
  const pruned = prune(object, info.schema, unknown) as KubeObject;
  return { object: pruned, unknown: unknown.sort() };
}

/** Labels and annotations are strings, or nothing can be done with the object. */
function checkMetadataTypes({ metadata }: KubeObject, info: ResourceInfo): void {
  for (const name of ['labels', 'annotations'] as const) {
    const found: unknown = metadata[name];
    if (found === undefined || found === null) continue;
    const wrong = isValues(found) ? Object.values(found).find(value => typeof value !== 'string') : found;
    if (wrong === undefined) continue;
    const wanted = isValues(found) ? 'string' : 'map[string]string';
    throw cannotBeHandled(
      info,
      `json: cannot unmarshal ${jsonType(wrong)} into Go struct field ObjectMeta.${name} of type ${wanted}`,
    );
  }
}

/** Errors that leave open what a value means: rules are not run then. */
const BLOCKING = new Set([
  'FieldValueRequired',
  'FieldValueTypeInvalid',
  'FieldValueNotSupported',
  'FieldValueTooLong',
  'FieldValueTooMany',
]);
const UNCHECKED =
  'some validation rules were not checked because the object was invalid; correct the existing errors to complete validation';

/** What is wrong with a custom object by its CRD: schema first, then rules. */
export function checkCustom(object: KubeObject, info: ResourceInfo): Problem[] {
  const { metadata: _metadata, ...rest } = object as KubeObject & Record<string, unknown>;
  const problems = checkValue(rest, { ...info.schema, required: withoutMeta(info.schema.required) }, '');
  if (!hasRules(info.schema)) return problems;
  if (problems.some(({ reason }) => BLOCKING.has(reason))) {
    return [...problems, invalid('<nil>', null, UNCHECKED)];
  }
  const rules = checkRules({ value: object, schema: info.schema, field: '', onlyChanges: false });
  return [...problems, ...rules];
}

function withoutMeta(names: string[] | undefined): string[] {
  return (names ?? []).filter(name => name !== 'metadata');
}
