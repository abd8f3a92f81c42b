import { type AnyObject, hasReason, type Kind, type KubeObject, type Stored } from '@slipway/api';
import type { Client } from '@slipway/client';
import { identityOf } from '@slipway/definition';
import { Component, Namespace, Node, Platform } from '@slipway/kinds';
import { inParallel } from '../apply/survey.ts';
import { type ClusterPlan, plannedObjects } from '../plan-cluster.ts';

/** A cluster as far as a plan has to do with it, before anything of the plan is there. */
export interface Around {
  /** `v1.36.3` */
  version: string;
  /** Every `version` and `version/Kind` the cluster serves. */
  apiVersions: Set<string>;
  /** By `apiVersion kind`, of the plan's kinds that the cluster serves. */
  kinds: Map<string, Kind>;
  /** Metadata of what is there under the names of the plan's objects, by identity. */
  present: Map<string, Stored<KubeObject>>;
  platforms: Stored<Platform>[];
  components: Stored<Component>[];
  /** Undefined where one may not list them. */
  nodes?: Stored<Node>[];
  storageClasses?: Stored<KubeObject>[];
  /** Metadata of all namespaces. */
  spaces?: Stored<KubeObject>[];
}

const StorageClass: Kind = {
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'StorageClass',
  plural: 'storageclasses',
  namespaced: false,
};
const AT_ONCE = 12;
const PAGE = 1000;

/** Objects of a plan, each once, hooks among them. */
export function objectsOf({ base, components }: Pick<ClusterPlan, 'base' | 'components'>): AnyObject[] {
  return [...base, ...components.flatMap(componentObjects)];
}

/** All that a component comes to, its hooks among them. */
export function componentObjects({ steps, hooks }: ClusterPlan['components'][number]): AnyObject[] {
  return [...plannedObjects({ steps }), ...hooks.before, ...hooks.after];
}

/** Asks the cluster everything that preflight needs to know: one list for each kind. */
export async function lookAround(plan: ClusterPlan, client: Client): Promise<Around> {
  const wanted = objectsOf(plan);
  const [version, apiVersions, platforms, components, nodes, storageClasses, spaces, seen] =
    await Promise.all([
      client.read('/version') as Promise<{ gitVersion: string }>,
      client.apiVersions(),
      listed(client, Platform),
      listed(client, Component),
      listed(client, Node),
      listed(client, StorageClass, { metadataOnly: true }),
      listed<KubeObject>(client, Namespace, { metadataOnly: true }),
      present(client, wanted),
    ]);
  return {
    version: version.gitVersion,
    apiVersions: new Set(apiVersions),
    ...seen,
    platforms: platforms ?? [],
    components: components ?? [],
    ...(nodes ? { nodes } : {}),
    ...(storageClasses ? { storageClasses } : {}),
    ...(spaces ? { spaces } : {}),
  };
}

/** Undefined where one may not; nothing where there is no such kind. */
async function listed<T extends KubeObject>(
  client: Client,
  kind: Kind<T>,
  options: { namespace?: string; metadataOnly?: boolean } = {},
): Promise<Stored<T>[] | undefined> {
  const items: Stored<T>[] = [];
  let next: string | undefined;
  try {
    do {
      const page = await client.list(kind, { ...options, limit: PAGE, ...(next ? { continue: next } : {}) });
      items.push(...page.items);
      next = page.metadata.continue;
    } while (next);
    return items;
  } catch (error) {
    if (hasReason(error, 'NotFound', 'MethodNotAllowed')) return [];
    if (hasReason(error, 'Forbidden')) return undefined;
    throw error;
  }
}

async function present(client: Client, wanted: AnyObject[]): Promise<Pick<Around, 'kinds' | 'present'>> {
  const kinds: Around['kinds'] = new Map();
  const found: Around['present'] = new Map();
  await inParallel([...groupedByKind(wanted)], AT_ONCE, async ([name, objects]) => {
    const [{ apiVersion, kind } = { apiVersion: '', kind: '' }] = objects;
    const served = await client.discover(apiVersion, kind);
    if (!served) return;
    kinds.set(name, served);
    const sought = new Set(objects.map(identityOf));
    const spaces = new Set(objects.map(({ metadata }) => metadata.namespace));
    const [only] = spaces;
    const options = spaces.size === 1 && only !== undefined ? { namespace: only } : {};
    for (const item of (await listed(client, served, { ...options, metadataOnly: true })) ?? []) {
      const identity = identityOf({ ...item, apiVersion, kind } as AnyObject);
      if (sought.has(identity)) found.set(identity, item);
    }
  });
  return { kinds, present: found };
}

/** Objects by `apiVersion kind`. */
export function groupedByKind(objects: AnyObject[]): Map<string, AnyObject[]> {
  return Map.groupBy(objects, ({ apiVersion, kind }) => `${apiVersion} ${kind}`);
}
