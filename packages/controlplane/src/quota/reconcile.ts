import { hasReason, type Key, type Kind, type KubeObject, keyOf, type Stored } from '@slipway/api';
import { ConfigMap, Pod, ResourceQuota, Secret, Service } from '@slipway/kinds';
import {
  type Context,
  type Controller,
  controller,
  done,
  doneFor,
  type Outcome,
  type Watch,
  watching,
} from '@slipway/runtime';
import { writeStatus } from '../workload/status.ts';
import { countedResources, quotaStatus } from './plan.ts';

/** Kinds that are watched; others are listed, and again after this. */
const LOOK_AGAIN_MS = 30_000;

/** Shows what a ResourceQuota has used. (Admission counts for itself.) */
export const quotaController: Controller = controller<ResourceQuota>({
  name: 'resourcequota-controller',
  kind: ResourceQuota,
  watches: [counting(Pod), counting(Service), counting(ConfigMap), counting(Secret)],
  reconcile: reconcileQuota,
});

function counting<T extends KubeObject>(kind: Kind<T>): Watch {
  return watching<T>({
    kind,
    keysOf: ({ metadata }, { cache }): Key[] =>
      cache(ResourceQuota)
        .list({ namespace: metadata.namespace ?? '' })
        .map(keyOf),
  });
}

const WATCHED: Record<string, Kind> = {
  '/pods': Pod,
  '/services': Service,
  '/configmaps': ConfigMap,
  '/secrets': Secret,
};

async function reconcileQuota(quota: Stored<ResourceQuota>, context: Context): Promise<Outcome> {
  const namespace = quota.metadata.namespace ?? '';
  const resources = countedResources(quota);
  const objects = await Promise.all(
    resources.map(async resource => {
      const slash = resource.indexOf('/');
      const [group, plural] = [resource.slice(0, slash), resource.slice(slash + 1)];
      return { group, plural, items: await itemsOf(context, resource, namespace) };
    }),
  );
  await writeStatus(context, ResourceQuota, quota, quotaStatus(quota, objects));
  return resources.every(resource => WATCHED[resource]) ? done : doneFor(LOOK_AGAIN_MS);
}

async function itemsOf(context: Context, resource: string, namespace: string): Promise<KubeObject[]> {
  const watched = WATCHED[resource];
  if (watched) return context.cache(watched).list({ namespace });
  const kind = (await context.client.kinds()).find(one => `${one.group}/${one.plural}` === resource);
  if (!kind) return [];
  const list = await context.client.list(kind, { namespace }).catch(error => {
    if (hasReason(error, 'NotFound')) return { items: [] };
    throw error;
  });
  return list.items;
}
