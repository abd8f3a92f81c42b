import type { KubeObject } from '@slipway/api';
import type { ResourceInfo } from '../schema/index.ts';

/** The object with the defaults of its kind; a new value where anything was filled in. */
export function defaultObject<T extends KubeObject>(object: T, _info: ResourceInfo): T {
  return object;
}
