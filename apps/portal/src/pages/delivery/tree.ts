import type { KubeObject } from '@slipway/api';
import type { ApplicationResource } from '../../api/application.ts';
import type { Finding } from './finder.tsx';
import { madeHealth } from './made-health.ts';

/** One object of an application and what it made in turn. */
export interface TreeNode {
  group: string;
  version: string;
  kind: string;
  namespace: string;
  name: string;
  /** Health, in the portal's one vocabulary; none for what has none. */
  health: string | undefined;
  message: string | undefined;
  /** `Synced`, `OutOfSync`; only what the source names has it. */
  sync: string | undefined;
  /** The source does not have it any more. */
  isExtra: boolean;
  children: TreeNode[];
}

/** A live object that an owner made: a ReplicaSet, a Job, a Pod. */
export interface Made extends KubeObject {
  spec?: { replicas?: number };
  status?: {
    phase?: string;
    replicas?: number;
    readyReplicas?: number;
    conditions?: { type: string; status: string; message?: string }[];
    containerStatuses?: { state?: { waiting?: { reason?: string; message?: string } } }[];
  };
}

export interface MadeObject {
  group: string;
  version: string;
  kind: string;
  object: Made;
}

/** The objects of a source, each with what it made below it, by owner references. What has no pods (any more) is left out. */
export function treeOf(resources: ApplicationResource[], made: MadeObject[]): TreeNode[] {
  const byOwner = ownedBy(made);
  const below = (kind: string, name: string, seen: string[]): TreeNode[] =>
    (byOwner.get(`${kind}/${name}`) ?? [])
      .filter(({ kind: own, object }) => own === 'Pod' || (object.spec?.replicas ?? 1) > 0)
      .filter(({ kind: own, object }) => !seen.includes(`${own}/${object.metadata.name}`))
      .map(({ object, ...own }) => {
        const { name: ownName = '', namespace = '' } = object.metadata;
        const { health, message } = madeHealth(own.kind, object);
        const children = below(own.kind, ownName, [...seen, `${own.kind}/${ownName}`]);
        const rest = { sync: undefined, isExtra: false, message, children };
        return { ...own, namespace, name: ownName, health, ...rest };
      });
  return resources.map(({ group = '', version, kind, namespace = '', name, ...resource }) => ({
    ...{ group, version, kind, namespace, name },
    health: resource.health?.status,
    message: resource.health?.message,
    sync: resource.status,
    isExtra: resource.requiresPruning === true,
    children: below(kind, name, [`${kind}/${name}`]),
  }));
}

function ownedBy(made: MadeObject[]): Map<string, MadeObject[]> {
  const owned = new Map<string, MadeObject[]>();
  for (const each of made) {
    for (const { kind, name } of each.object.metadata.ownerReferences ?? []) {
      const list = owned.get(`${kind}/${name}`);
      if (list) list.push(each);
      if (!list) owned.set(`${kind}/${name}`, [each]);
    }
  }
  return owned;
}

/** A node where it stands in the list that a page draws. */
export interface TreeRow {
  key: string;
  node: TreeNode;
  /** 0 for what the source names. */
  depth: number;
}

/** The tree as a list from top to bottom; what fits a filter brings what it came of. */
export function rowsOf(nodes: TreeNode[], filter: Finding, depth = 0): TreeRow[] {
  return nodes.flatMap(node => {
    const below = rowsOf(node.children, filter, depth + 1);
    if (below.length === 0 && !fits(node, filter)) return [];
    return [{ key: keyOf(node), node, depth }, ...below];
  });
}

export function keyOf({ group, kind, namespace, name }: TreeNode): string {
  return `${group}/${kind}/${namespace}/${name}`;
}

function fits({ kind, name, health, sync }: TreeNode, { text, troubled }: Finding): boolean {
  const isTroubled = sync === 'OutOfSync' || (health !== undefined && health !== 'Healthy');
  if (troubled && !isTroubled) return false;
  return `${kind} ${name}`.toLowerCase().includes(text.trim().toLowerCase());
}

/** How many there are in each state of health, the most urgent first. */
export function healthCounts(nodes: TreeNode[]): [word: string, count: number][] {
  const order = ['Degraded', 'Missing', 'Unknown', 'Progressing', 'Suspended', 'Healthy'];
  const counts = new Map<string, number>();
  for (const { health } of nodes) if (health) counts.set(health, (counts.get(health) ?? 0) + 1);
  return order.flatMap((word): [string, number][] => {
    const count = counts.get(word);
    return count ? [[word, count]] : [];
  });
}
