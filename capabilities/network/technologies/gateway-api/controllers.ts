import type { Addresses } from '@slipway/definition';
import { Namespace, Secret, Service } from '@slipway/kinds';
import { type Context, type Controller, controller, type Watch, watching } from '@slipway/runtime';
import { worldFrom } from './data-path/world-from.ts';
import { reconcileGateway } from './gateway/reconcile.ts';
import { reconcileGatewayClass } from './gateway-class/reconcile.ts';
import { reconcileRoute } from './http-route/reconcile.ts';
import { reconcileIngress } from './ingress/reconcile.ts';
import {
  everyGateway,
  everyRoute,
  gatewaysOfSecret,
  ingressesOfService,
  parentsOf,
  routesOfGateway,
  routesOfNamespace,
  routesOfService,
} from './related.ts';
import { Gateway, GatewayClass, HttpRoute, Ingress, IngressClass, ReferenceGrant } from './table/upstream.ts';
import type { World } from './table/world.ts';

/** What reconcilers know of the platform. */
export interface Surroundings {
  ports: ReadonlySet<number>;
  addresses: Pick<Addresses, 'domain' | 'appsDomain' | 'port'>;
  world(context: Pick<Context, 'cache'>): World;
}

/** Controllers that keep statuses true; requests are served from the same objects without waiting for them. */
export function controllersOf(options: Omit<Surroundings, 'world'>): Controller[] {
  const surroundings: Surroundings = {
    ...options,
    world: context =>
      worldFrom(
        {
          classes: context.cache(GatewayClass),
          gateways: context.cache(Gateway),
          grants: context.cache(ReferenceGrant),
          ingressClasses: context.cache(IngressClass),
          services: context.cache(Service),
          namespaces: context.cache(Namespace),
        },
        { ports: options.ports, appsDomain: options.addresses.appsDomain },
      ),
  };
  return [
    controller({ name: 'gateway-class', kind: GatewayClass, reconcile: reconcileGatewayClass }),
    controller({
      name: 'gateway',
      kind: Gateway,
      watches: [
        watching({ kind: HttpRoute, keysOf: parentsOf }),
        watching({ kind: GatewayClass, keysOf: everyGateway }),
        watching({ kind: Secret, keysOf: gatewaysOfSecret }),
        ...lookedUp([ReferenceGrant, IngressClass, Service, Namespace]),
      ],
      reconcile: (object, context) => reconcileGateway(object, context, surroundings),
    }),
    controller({
      name: 'http-route',
      kind: HttpRoute,
      watches: [
        watching({ kind: Gateway, keysOf: routesOfGateway }),
        watching({ kind: GatewayClass, keysOf: everyRoute }),
        watching({ kind: ReferenceGrant, keysOf: everyRoute }),
        watching({ kind: Service, keysOf: routesOfService }),
        watching({ kind: Namespace, keysOf: routesOfNamespace }),
        ...lookedUp([IngressClass]),
      ],
      reconcile: (object, context) => reconcileRoute(object, context, surroundings),
    }),
    controller({
      name: 'ingress',
      kind: Ingress,
      watches: [
        watching({ kind: Service, keysOf: ingressesOfService }),
        ...lookedUp([GatewayClass, Gateway, ReferenceGrant, IngressClass, Namespace]),
      ],
      reconcile: (object, context) => reconcileIngress(object, context, surroundings),
    }),
  ];
}

/** Kinds that are only read; their changes reach us by the objects that name them. */
function lookedUp(kinds: unknown[]): Watch[] {
  return kinds.map(kind => ({ kind: kind as Watch['kind'], keysOf: () => [] }));
}
