import type { Key } from '@slipway/api';
import type { Namespace, Service } from '@slipway/kinds';
import type { Cache } from '@slipway/runtime';
import {
  CONTROLLER,
  type Gateway,
  type GatewayClass,
  type IngressClass,
  type ReferenceGrant,
} from '../table/upstream.ts';
import type { World } from '../table/world.ts';

export interface WorldCaches {
  classes: Cache<GatewayClass>;
  gateways: Cache<Gateway>;
  grants: Cache<ReferenceGrant>;
  ingressClasses: Cache<IngressClass>;
  services: Cache<Service>;
  namespaces: Cache<Namespace>;
}

/** The world as these caches have it. */
export function worldFrom(
  caches: WorldCaches,
  options: { ports: ReadonlySet<number>; appsDomain: string },
): World {
  return {
    ports: options.ports,
    appsDomain: options.appsDomain,
    gateway: key => {
      const gateway = caches.gateways.get(key);
      const found = gateway && caches.classes.get({ name: gateway.spec.gatewayClassName });
      return found?.spec.controllerName === CONTROLLER ? gateway : undefined;
    },
    service: key => caches.services.get(key),
    namespaceLabels: name => caches.namespaces.get({ name })?.metadata.labels ?? {},
    isGranted: (from, to) =>
      caches.grants.list({ namespace: to.namespace ?? '' }).some(grant => permits(grant, from, to)),
    ingressClass: name => caches.ingressClasses.get({ name }),
  };
}

function permits(
  { spec }: ReferenceGrant,
  from: { group: string; kind: string; namespace: string },
  to: { group: string; kind: string } & Key,
): boolean {
  const fromFits = spec.from.some(
    each => each.group === from.group && each.kind === from.kind && each.namespace === from.namespace,
  );
  const toFits = spec.to.some(
    each =>
      each.group === to.group && each.kind === to.kind && (each.name === undefined || each.name === to.name),
  );
  return fromFits && toFits;
}
