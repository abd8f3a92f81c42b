import type { Kind } from '@slipway/api';
import type { Schema } from './schema.ts';

/** A printer column; `jsonPath` is set for columns of CRDs, built-in kinds compute their cells. */
export interface PrinterColumn {
  name: string;
  type: string;
  format?: string;
  description?: string;
  /** 0 is always shown, more only with `-o wide`. */
  priority: number;
  jsonPath?: string;
}

export interface Subresource {
  /** `status`, `scale`, `log`, `exec`, `eviction`, `token`, … */
  name: string;
  /** What it takes and gives, where that is another kind (Scale, Eviction, TokenRequest). */
  kind?: { group: string; version: string; kind: string };
  verbs: string[];
}

/** Paths of a CRD's scale subresource, as `.spec.replicas`. */
export interface ScalePaths {
  specReplicasPath: string;
  statusReplicasPath: string;
  labelSelectorPath?: string;
}

/** Everything the server knows of one resource in one version. */
export interface ResourceInfo {
  readonly kind: Kind;
  readonly singular: string;
  readonly listKind: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  /** Verbs of discovery: create delete deletecollection get list patch update watch. */
  readonly verbs: readonly string[];
  readonly subresources: readonly Subresource[];
  /** Materialized when first read. */
  readonly schema: Schema;
  readonly columns: readonly PrinterColumn[];
  /** True for kinds that a CustomResourceDefinition declares. */
  readonly custom: boolean;
  /** Version in which objects of this resource are stored; reading in another one only changes `apiVersion`. */
  readonly storageVersion: string;
  /** Objects are converted from and to this version by a webhook, which nobody calls: nothing can be done in it. */
  readonly unconverted?: boolean;
  /** Name of the CRD, for custom kinds. */
  readonly crdName?: string;
  /** Set when the CRD has a scale subresource. */
  readonly scale?: ScalePaths;
  /** `.spec.x` paths that a CRD makes selectable with `fieldSelector`. */
  readonly selectableFields: readonly string[];
  readonly deprecation?: string;
  /** Discovery shows it for resources that are stored. */
  /** Of a custom kind: the version of its definition. Objects that are older may lack its defaults. */
  readonly definedAt?: number;
  readonly storageVersionHash?: string;
}

/** True when the resource has this subresource. */
export function hasSubresource(info: ResourceInfo, name: string): boolean {
  return info.subresources.some(subresource => subresource.name === name);
}
