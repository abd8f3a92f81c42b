import { type AnyObject, keyOf, keyText } from '@slipway/api';
import type { Client } from '@slipway/client';
import { Component } from '@slipway/kinds';
import { readinessOf } from '@slipway/sources';
import { type ClusterPlan, plannedObjects } from '../plan-cluster.ts';
import { causeOf } from './cause.ts';
import { inParallel } from './survey.ts';

/** A component that is there and not as it should be. */
export interface UnreadyComponent {
  id: string;
  /** What is not ready, and why as far as the cluster tells. */
  objects: { name: string; why: string }[];
}

/** Kinds that come to life, or do not; whatever else is there is as it was applied. */
const ALIVE = new Set([
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'Job',
  'APIService',
  'PersistentVolumeClaim',
]);
const AT_ONCE = 8;

/** Components of a plan that are on the cluster and not ready now, with the cause; those not applied yet are no trouble. */
export async function unreadyComponents(client: Client, plan: ClusterPlan): Promise<UnreadyComponent[]> {
  const isServed = await client.discover('slipway.dev/v1alpha1', Component.kind);
  if (!isServed) return [];
  const { items } = await client.list(Component);
  const applied = new Set(
    items.filter(({ status }) => status?.inventory).map(({ metadata }) => metadata.name),
  );
  const unready: UnreadyComponent[] = [];
  for (const { id, steps } of plan.components.filter(each => applied.has(each.id))) {
    const objects = plannedObjects({ steps }).filter(object => isOwnKind(object) || ALIVE.has(object.kind));
    const found = await unreadyObjects(client, objects);
    const condition = items
      .find(({ metadata }) => metadata.name === id)
      ?.status?.conditions?.find(({ status }) => status === 'False');
    if (condition && found.length === 0) found.push({ name: condition.type, why: condition.message });
    if (found.length > 0) unready.push({ id, objects: found });
  }
  return unready;
}

/** Objects of the tools' kinds say in their status whether they are well. */
function isOwnKind({ apiVersion }: AnyObject): boolean {
  const group = apiVersion.split('/')[0] ?? '';
  return group.includes('.') && !group.endsWith('.k8s.io');
}

async function unreadyObjects(client: Client, objects: AnyObject[]): Promise<UnreadyComponent['objects']> {
  const found = new Map<AnyObject, string>();
  await inParallel(objects, AT_ONCE, async object => {
    const why = await whyUnready(client, object);
    if (why !== undefined) found.set(object, why);
  });
  return objects.flatMap(object => {
    const why = found.get(object);
    return why === undefined ? [] : [{ name: `${object.kind} ${keyText(keyOf(object))}`, why }];
  });
}

async function whyUnready(client: Client, object: AnyObject): Promise<string | undefined> {
  const kind = await client.discover(object.apiVersion, object.kind);
  const live = kind && (await client.find(kind, keyOf(object)));
  if (!live) return 'it is not there; slipway apply makes it again';
  const { apiVersion, kind: name } = object;
  const { status, message } = readinessOf({ ...live, apiVersion, kind: name } as AnyObject);
  if (status === 'Current') return undefined;
  return (await causeOf(client, object).catch(() => undefined)) ?? message;
}
