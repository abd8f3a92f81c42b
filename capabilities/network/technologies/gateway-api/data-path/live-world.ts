import { type Key, type Kind, type KubeObject, keyOf, keyText, type Stored } from '@slipway/api';
import { EndpointSlice, Namespace, Service } from '@slipway/kinds';
import { type Change, type Informer, type InformerOptions, startInformer } from '@slipway/runtime';
import { planRoute } from '../http-route/plan.ts';
import { isOurs, planIngress } from '../ingress/plan.ts';
import { buildTable, type RouteTable } from '../table/route-table.ts';
import {
  Gateway,
  GatewayClass,
  HttpRoute,
  Ingress,
  IngressClass,
  ReferenceGrant,
} from '../table/upstream.ts';
import type { World } from '../table/world.ts';
import { SERVICE_LABEL } from './endpoints.ts';
import { type WorldCaches, worldFrom } from './world-from.ts';

/** The objects that routing depends on, as they are now, and what follows from them. */
export interface LiveWorld extends World {
  readonly synced: Promise<void>;
  table(): RouteTable;
  gateways(): Stored<Gateway>[];
  ingresses(): Stored<Ingress>[];
  slicesOf(service: Key): Stored<EndpointSlice>[];
  /** Called after endpoints have changed, not more than once in a turn. */
  onEndpoints(listener: () => void): void;
  allSlices(): Stored<EndpointSlice>[];
}

type Source = Omit<InformerOptions<KubeObject>, 'kind' | 'freeze' | 'keep'>;

export function openWorld(options: Source & { ports: ReadonlySet<number>; appsDomain: string }): LiveWorld {
  const follow = <T extends KubeObject>(kind: Kind<T>) => startInformer<T>({ ...options, kind });
  const caches = {
    classes: follow(GatewayClass),
    gateways: follow(Gateway),
    routes: follow(HttpRoute),
    grants: follow(ReferenceGrant),
    ingresses: follow(Ingress),
    ingressClasses: follow(IngressClass),
    services: follow(Service),
    namespaces: follow(Namespace),
  };
  const slices = follow(EndpointSlice);
  const bySlice = indexSlices(slices);
  const world = worldFrom(caches, options);
  const plans = planner(caches, world);
  return {
    ...world,
    ...plans,
    synced: Promise.all([...Object.values(caches), slices].map(cache => cache.synced)).then(() => {}),
    gateways: () => caches.gateways.list().filter(gateway => world.gateway(keyOf(gateway)) !== undefined),
    ingresses: () => caches.ingresses.list().filter(ingress => isOurs(ingress, world)),
    slicesOf: key => [...(bySlice.get(keyText(key))?.values() ?? [])],
    allSlices: () => slices.list(),
    onEndpoints: listener => onceEachTurn(slices, listener),
  };
}

interface Caches extends WorldCaches {
  routes: Informer<HttpRoute>;
  ingresses: Informer<Ingress>;
}

/** Plans everything anew when something has changed and somebody asks: changes come in crowds. */
function planner(caches: Caches, world: World): { table(): RouteTable } {
  let table: RouteTable | undefined;
  for (const cache of Object.values(caches)) {
    (cache as unknown as Informer<KubeObject>).onChange(change => {
      if (matters(change)) table = undefined;
    });
  }
  const build = () => {
    const routes = caches.routes.list().flatMap(route => planRoute(route, world).entries);
    const ours = caches.ingresses.list().filter(ingress => isOurs(ingress, world));
    return buildTable([...routes, ...ours.flatMap(ingress => planIngress(ingress, world).entries)]);
  };
  return {
    table: () => {
      table ??= build();
      return table;
    },
  };
}

/** A new status alone changes nothing here; every status we write would otherwise cost a new plan. */
function matters({ object, previous }: Change<KubeObject>): boolean {
  if (!object || !previous) return true;
  const { generation, labels } = object.metadata;
  if (generation === undefined) return true;
  return (
    generation !== previous.metadata.generation ||
    JSON.stringify(labels) !== JSON.stringify(previous.metadata.labels)
  );
}

function indexSlices(slices: Informer<EndpointSlice>): Map<string, Map<string, Stored<EndpointSlice>>> {
  const index = new Map<string, Map<string, Stored<EndpointSlice>>>();
  const serviceOf = (slice: Stored<EndpointSlice>) =>
    keyText({
      namespace: slice.metadata.namespace ?? '',
      name: slice.metadata.labels?.[SERVICE_LABEL] ?? '',
    });
  slices.onChange(({ object, previous }) => {
    if (previous) index.get(serviceOf(previous))?.delete(previous.metadata.name);
    if (!object) return;
    const service = serviceOf(object);
    const known = index.get(service) ?? new Map<string, Stored<EndpointSlice>>();
    index.set(service, known.set(object.metadata.name, object));
  });
  return index;
}

function onceEachTurn(slices: Informer<EndpointSlice>, listener: () => void): void {
  let isWaiting = false;
  slices.onChange(() => {
    if (isWaiting) return;
    isWaiting = true;
    setImmediate(() => {
      isWaiting = false;
      listener();
    });
  });
}
