import { type AnyObject, parseApiVersion, type Stored } from '@slipway/api';
import type { KnownResource } from '../../application/compare.ts';
import type { Health } from '../../health/health.ts';
import { networkingInfo } from './network-info.ts';
import type { ResourceNode, ResourceRef } from './node.ts';
import { imagesOf, podInfo } from './pod-info.ts';

type Live = Stored<AnyObject>;

export interface TreeInput {
  /** What the Application's status says it consists of. */
  resources: KnownResource[];
  /** Everything that lives where it delivers to. */
  live: Live[];
  healthOf(object: Live): Health | undefined;
}

/**
 * The live objects of an Application and all that came of them, parents first: by owner references, and where
 * Kubernetes has none by name (Endpoints of a Service, volume claims of a StatefulSet). What is missing is a node
 * without a uid.
 */
export function buildTree({ resources, live, healthOf }: TreeInput): ResourceNode[] {
  const byIdentity = new Map(live.map(object => [identityOf(refOf(object)), object]));
  const children = childrenOf(live);
  const nodes = new Map<string, ResourceNode>();
  const add = (object: Live, parent: Live | undefined) => {
    const known = nodes.get(object.metadata.uid);
    if (known) return;
    const parents = parent ? [refOf(parent)] : [];
    nodes.set(object.metadata.uid, nodeOf(object, parents, healthOf(object)));
    for (const child of children.get(object.metadata.uid) ?? []) add(child, object);
  };
  for (const resource of resources) {
    const object = byIdentity.get(identityOf(resource));
    if (object) add(object, undefined);
    if (!object) nodes.set(identityOf(resource), { ...compact(resource), health: { status: 'Missing' } });
  }
  return [...nodes.values()];
}

/** Objects that belong to nobody: neither in the tree nor owned by anything. */
export function isOwnedBySomebody({ metadata }: Live): boolean {
  return (metadata.ownerReferences?.length ?? 0) > 0;
}

export function identityOf({ group = '', kind, namespace = '', name }: ResourceRef | KnownResource): string {
  return `${group}/${kind}/${namespace}/${name}`;
}

export function refOf({ apiVersion, kind, metadata }: Live): ResourceRef {
  const { group, version } = parseApiVersion(apiVersion);
  const { namespace, name, uid } = metadata;
  return compact({ group, version, kind, ...(namespace ? { namespace } : {}), name, uid });
}

function compact<T extends { group?: string; namespace?: string }>(ref: T): ResourceRef & T {
  const entries = Object.entries(ref).filter(([key, value]) => value !== '' || key === 'name');
  return Object.fromEntries(entries) as unknown as ResourceRef & T;
}

/** What came of each object, by its uid. */
function childrenOf(live: Live[]): Map<string, Live[]> {
  const children = new Map<string, Live[]>();
  const byIdentity = new Map(live.map(object => [identityOf(refOf(object)), object]));
  for (const object of live) {
    for (const uid of ownersOf(object, byIdentity)) {
      const list = children.get(uid);
      if (list) list.push(object);
      if (!list) children.set(uid, [object]);
    }
  }
  return children;
}

function ownersOf(object: Live, byIdentity: Map<string, Live>): string[] {
  const { ownerReferences = [], namespace, name } = object.metadata;
  if (ownerReferences.length > 0) return ownerReferences.map(({ uid }) => uid);
  const owner = (group: string, kind: string, ownerName: string) =>
    byIdentity.get(identityOf({ group, kind, name: ownerName, ...(namespace ? { namespace } : {}) }));
  const core = object.apiVersion === 'v1' ? object.kind : '';
  if (core === 'Endpoints') return uidsOf(owner('', 'Service', name));
  if (core === 'Secret' && object.type === 'kubernetes.io/service-account-token') {
    const account = object.metadata.annotations?.['kubernetes.io/service-account.name'] ?? '';
    return uidsOf(owner('', 'ServiceAccount', account));
  }
  return core === 'PersistentVolumeClaim' ? uidsOf(claimOwner(object, byIdentity)) : [];
}

function uidsOf(object: Live | undefined): string[] {
  return object ? [object.metadata.uid] : [];
}

/** A StatefulSet's claims are called `<template>-<set>-<number>`. */
function claimOwner({ metadata }: Live, byIdentity: Map<string, Live>): Live | undefined {
  for (const object of byIdentity.values()) {
    if (object.kind !== 'StatefulSet' || object.metadata.namespace !== metadata.namespace) continue;
    const { volumeClaimTemplates: templates = [] } = (object.spec ?? {}) as {
      volumeClaimTemplates?: { metadata?: { name?: string } }[];
    };
    const isOne = templates.some(({ metadata: template }) => {
      const prefix = `${template?.name}-${object.metadata.name}-`;
      return metadata.name.startsWith(prefix) && /^\d+$/.test(metadata.name.slice(prefix.length));
    });
    if (isOne) return object;
  }
  return undefined;
}

function nodeOf(object: Live, parents: ResourceRef[], health: Health | undefined): ResourceNode {
  const { resourceVersion, creationTimestamp, annotations } = object.metadata;
  const isPod = object.apiVersion === 'v1' && object.kind === 'Pod';
  const revision = annotations?.['deployment.kubernetes.io/revision'];
  const info = [
    ...(revision ? [{ name: 'Revision', value: `Rev:${revision}` }] : []),
    ...(isPod ? podInfo(object) : []),
  ];
  const network = networkingInfo(object);
  return {
    ...refOf(object),
    ...(parents.length > 0 ? { parentRefs: parents } : {}),
    ...(info.length > 0 ? { info } : {}),
    ...(network ? { networkingInfo: network } : {}),
    resourceVersion,
    ...(isPod ? { images: imagesOf(object) } : {}),
    ...(health ? { health } : {}),
    createdAt: creationTimestamp,
  };
}
