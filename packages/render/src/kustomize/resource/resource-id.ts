import type { KindSchemas } from '../merge/merge-schema.ts';

export interface Gvk {
  group: string;
  version: string;
  kind: string;
}

/** What a resource is known by. `clusterScoped` is set for kinds that certainly have no namespace. */
export interface ResourceId extends Gvk {
  name: string;
  namespace: string;
  clusterScoped: boolean;
}

const DEFAULT_NAMESPACE = 'default';
const NO_NAMESPACE = '_non_namespaceable_';

export function parseApiVersion(apiVersion: string): { group: string; version: string } {
  const at = apiVersion.indexOf('/');
  if (at < 0) return { group: '', version: apiVersion };
  return { group: apiVersion.slice(0, at), version: apiVersion.slice(at + 1) };
}

export function apiVersionOf({ group, version }: Gvk): string {
  return group === '' ? version : `${group}/${version}`;
}

export function gvkOf(apiVersion: string, kind: string): Gvk {
  return { ...parseApiVersion(apiVersion), kind };
}

/** `Deployment.v1.apps`. */
export function gvkText({ group, version, kind }: Gvk): string {
  return `${kind || '[noKind]'}.${version || '[noVer]'}.${group || '[noGrp]'}`;
}

/** `Deployment.v1.apps/web.default`. */
export function idText(id: ResourceId): string {
  return `${gvkText(id)}/${id.name || '[noName]'}.${id.namespace || '[noNs]'}`;
}

export function effectiveNamespace({ clusterScoped, namespace }: ResourceId): string {
  if (clusterScoped) return NO_NAMESPACE;
  return namespace === '' ? DEFAULT_NAMESPACE : namespace;
}

export function sameNamespace(one: ResourceId, other: ResourceId): boolean {
  return effectiveNamespace(one) === effectiveNamespace(other);
}

export function sameGvk(one: Gvk, other: Gvk): boolean {
  return one.group === other.group && one.version === other.version && one.kind === other.kind;
}

export function sameId(one: ResourceId, other: ResourceId): boolean {
  return one.name === other.name && sameGvk(one, other) && sameNamespace(one, other);
}

/** One text for each id that `sameId` tells apart. */
export function idKey(id: ResourceId): string {
  return `${id.group}|${id.version}|${id.kind}|${id.name}|${effectiveNamespace(id)}`;
}

/** Empty fields of a selector stand for anything. */
export function isSelected(gvk: Gvk, selector: Partial<Gvk>): boolean {
  if (selector.group && gvk.group !== selector.group) return false;
  if (selector.version && gvk.version !== selector.version) return false;
  return !selector.kind || gvk.kind === selector.kind;
}

/** @param schemas say whether the kind is namespaced; without them it counts as if it were */
export function makeId(
  gvk: Gvk,
  { name, namespace }: { name: string; namespace: string },
  schemas?: KindSchemas,
): ResourceId {
  const clusterScoped = schemas?.isClusterScoped(apiVersionOf(gvk), gvk.kind) ?? false;
  return { group: gvk.group, version: gvk.version, kind: gvk.kind, name, namespace, clusterScoped };
}

const ORDER_FIRST = [
  'Namespace',
  'ResourceQuota',
  'StorageClass',
  'CustomResourceDefinition',
  'ServiceAccount',
  'PodSecurityPolicy',
  'Role',
  'ClusterRole',
  'RoleBinding',
  'ClusterRoleBinding',
  'ConfigMap',
  'Secret',
  'Endpoints',
  'Service',
  'LimitRange',
  'PriorityClass',
  'PersistentVolume',
  'PersistentVolumeClaim',
  'Deployment',
  'StatefulSet',
  'CronJob',
  'PodDisruptionBudget',
];
const ORDER_LAST = ['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration'];

/** The place of each kind, in the order that helps a cluster; unnamed kinds are 0. */
export function kindOrder(
  first: readonly string[] = ORDER_FIRST,
  last: readonly string[] = ORDER_LAST,
): Map<string, number> {
  const order = new Map<string, number>();
  for (const [at, kind] of first.entries()) order.set(kind, at - first.length);
  for (const [at, kind] of last.entries()) order.set(kind, at + 1);
  return order;
}

const DEFAULT_ORDER = kindOrder();

/** Negative when the left one comes first (`Gvk.IsLessThan`). */
export function compareGvk(left: Gvk, right: Gvk): number {
  const order = (DEFAULT_ORDER.get(left.kind) ?? 0) - (DEFAULT_ORDER.get(right.kind) ?? 0);
  if (order !== 0) return order;
  const [one, other] = [gvkSortText(left), gvkSortText(right)];
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

export function gvkSortText({ group, version, kind }: Gvk): string {
  return `${group || '~G'}_${version || '~V'}_${kind || '~K'}`;
}
