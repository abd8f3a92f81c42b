import type { ResourceSet } from '../resource/resource-set.ts';

/** Changes resources in place, or the set of them. */
export type Transformer = (set: ResourceSet) => void;
