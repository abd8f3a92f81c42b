import type { Json, KubeObject } from '@slipway/api';
import type { ResourceInfo } from '../schema/index.ts';
import { BUILT_IN_DEFAULTS } from './built-in-defaults.ts';
import { defaultBySchema } from './by-schema.ts';
import { type Fields, isFields } from './fields.ts';
import { normalize } from './normalize.ts';

/**
 * The object with the defaults of its kind, as a new value. Built-in kinds also come out in the one form the real
 * server writes: canonical quantities, no nulls. Values of a wrong type stay: validation names them.
 */
export function defaultObject<T extends KubeObject>(object: T, info: ResourceInfo): T {
  const value = object as unknown as Json;
  if (info.custom) return defaultBySchema(value, info.schema) as unknown as T;
  const { managedFields, ...metadata } = object.metadata;
  const clean = normalize({ ...object, metadata } as unknown as Json, info.schema) as Fields;
  BUILT_IN_DEFAULTS[`${info.kind.group}/${info.kind.plural}`]?.(clean);
  if (managedFields && isFields(clean.metadata))
    clean.metadata.managedFields = managedFields as unknown as Json;
  return clean as unknown as T;
}
