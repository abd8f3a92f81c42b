import { parseApiVersion } from '@slipway/api';

/** How a field of a built-in kind is merged: what `kubectl apply` knows of it. */
export interface PatchMeta {
  /** Meta of a field; undefined when it is merged like any JSON. */
  field(name: string): PatchMeta | undefined;
  items(): PatchMeta | undefined;
  mergeKey: string | undefined;
  strategies: string[];
}

interface Schema {
  $ref?: string;
  properties?: Record<string, Schema>;
  items?: Schema;
  additionalProperties?: Schema;
  'x-kubernetes-patch-merge-key'?: string;
  'x-kubernetes-patch-strategy'?: string;
}

/** Packages of client-go's scheme by API group; kinds of other groups are merged as plain JSON. */
const PACKAGES: Record<string, string> = {
  '': 'core',
  'admissionregistration.k8s.io': 'admissionregistration',
  apps: 'apps',
  autoscaling: 'autoscaling',
  batch: 'batch',
  'certificates.k8s.io': 'certificates',
  'coordination.k8s.io': 'coordination',
  'discovery.k8s.io': 'discovery',
  'events.k8s.io': 'events',
  'flowcontrol.apiserver.k8s.io': 'flowcontrol',
  'networking.k8s.io': 'networking',
  'node.k8s.io': 'node',
  policy: 'policy',
  'rbac.authorization.k8s.io': 'rbac',
  'resource.k8s.io': 'resource',
  'scheduling.k8s.io': 'scheduling',
  'storage.k8s.io': 'storage',
};

let loading: Promise<Record<string, Schema>> | undefined;

function definitions(): Promise<Record<string, Schema>> {
  loading ??= import('@slipway/kinds/kubernetes/schemas.generated.json', { with: { type: 'json' } }).then(
    table => (table.default as unknown as { definitions: Record<string, Schema> }).definitions,
  );
  return loading;
}

/** Meta of a built-in kind; undefined for kinds that client-go's scheme does not hold (CRDs' objects, mostly). */
export async function patchMetaOf(apiVersion: string, kind: string): Promise<PatchMeta | undefined> {
  const { group, version } = parseApiVersion(apiVersion);
  const name = PACKAGES[group];
  if (name === undefined) return undefined;
  const all = await definitions();
  const schema = all[`io.k8s.api.${name}.${version}.${kind}`];
  return schema && metaOf(all, schema);
}

function metaOf(all: Record<string, Schema>, given: Schema): PatchMeta {
  const schema = resolve(all, given);
  const below = (each: Schema | undefined) => each && metaOf(all, each);
  return {
    field: name =>
      below(
        schema.properties && Object.hasOwn(schema.properties, name)
          ? schema.properties[name]
          : schema.additionalProperties,
      ),
    items: () => below(schema.items),
    mergeKey: given['x-kubernetes-patch-merge-key'],
    strategies: given['x-kubernetes-patch-strategy']?.split(',') ?? [],
  };
}

function resolve(all: Record<string, Schema>, schema: Schema): Schema {
  return schema.$ref === undefined ? schema : (all[schema.$ref] ?? {});
}
