import type { Condition, Kind, KubeObject } from '@slipway/api';
import { anything, definitionOf, listOf, object, text } from '../custom-resource.ts';

/** An object that a package brought. */
export interface PackageItem {
  apiVersion: string;
  kind: string;
  namespace?: string;
  name: string;
}

/** A bundle that was added to the platform. Its inventory is what `remove` takes away, no more and no less. */
export interface Package extends KubeObject {
  spec: {
    /** As it was asked for: a folder, `git+https://…`, `oci://…`, `chart+https://…`. */
    source: string;
    /** The same with a commit, version or digest in place of what moves. */
    pinned: string;
    version: string;
    /** `sha256:` of its files. */
    digest: string;
    parameters?: Record<string, unknown>;
    environment?: string;
    namespace: string;
    /** Contracts it meets, each with its version. */
    provides?: Record<string, string>;
    requires?: Record<string, string>;
    /** `definition`: it goes when the definition no longer names it. */
    by: 'definition' | 'person';
  };
  status?: {
    /** While it is being changed: what was there and what is to be. */
    inventory?: PackageItem[];
    conditions?: Condition[];
  };
}
export const Package: Kind<Package> = {
  group: 'slipway.dev',
  version: 'v1alpha1',
  kind: 'Package',
  plural: 'packages',
  namespaced: false,
};
export const packageDefinition = definitionOf(Package, {
  spec: object(
    {
      source: text,
      pinned: text,
      version: text,
      digest: text,
      parameters: anything,
      environment: text,
      namespace: text,
      provides: { type: 'object', additionalProperties: text },
      requires: { type: 'object', additionalProperties: text },
      by: { type: 'string', enum: ['definition', 'person'] },
    },
    ['source', 'pinned', 'version', 'digest', 'namespace', 'by'],
  ),
  status: object({
    inventory: listOf(
      object({ apiVersion: text, kind: text, namespace: text, name: text }, ['kind', 'name']),
    ),
    conditions: listOf(anything),
  }),
  columns: [
    { name: 'Version', type: 'string', jsonPath: '.spec.version' },
    { name: 'Synced', type: 'string', jsonPath: '.status.conditions[?(@.type=="Synced")].status' },
    { name: 'From', type: 'string', jsonPath: '.spec.source' },
  ],
});
