// Which objects have to be looked at again when another one changes.
import { type Key, type KubeObject, keyOf, type Stored } from '@slipway/api';
import type { Secret, Service } from '@slipway/kinds';
import type { Context } from '@slipway/runtime';
import { Gateway, HttpRoute, Ingress } from './table/upstream.ts';

type Caches = Pick<Context, 'cache'>;

export function parentsOf(route: Stored<HttpRoute>): Key[] {
  return (route.spec.parentRefs ?? []).map(parent => ({
    namespace: parent.namespace ?? route.metadata.namespace ?? '',
    name: parent.name,
  }));
}

export function everyGateway(_object: KubeObject, { cache }: Caches): Key[] {
  return cache(Gateway).list().map(keyOf);
}

export function everyRoute(_object: KubeObject, { cache }: Caches): Key[] {
  return cache(HttpRoute).list().map(keyOf);
}

export function gatewaysOfSecret(secret: Stored<Secret>, { cache }: Caches): Key[] {
  const { namespace, name } = secret.metadata;
  return cache(Gateway)
    .list()
    .filter(gateway =>
      gateway.spec.listeners.some(listener =>
        listener.tls?.certificateRefs?.some(
          reference =>
            reference.name === name && (reference.namespace ?? gateway.metadata.namespace) === namespace,
        ),
      ),
    )
    .map(keyOf);
}

export function routesOfGateway(gateway: Stored<Gateway>, { cache }: Caches): Key[] {
  const { namespace, name } = gateway.metadata;
  const isParent = (key: Key) => key.namespace === namespace && key.name === name;
  return cache(HttpRoute)
    .list()
    .filter(route => parentsOf(route).some(isParent))
    .map(keyOf);
}

export function routesOfService(service: Stored<Service>, { cache }: Caches): Key[] {
  const { namespace, name } = service.metadata;
  return cache(HttpRoute)
    .list()
    .filter(route =>
      route.spec.rules?.some(rule =>
        rule.backendRefs?.some(
          reference =>
            reference.name === name && (reference.namespace ?? route.metadata.namespace) === namespace,
        ),
      ),
    )
    .map(keyOf);
}

export function routesOfNamespace(namespace: KubeObject, { cache }: Caches): Key[] {
  return cache(HttpRoute)
    .list({ namespace: namespace.metadata.name ?? '' })
    .map(keyOf);
}

export function ingressesOfService(service: Stored<Service>, { cache }: Caches): Key[] {
  const { namespace, name } = service.metadata;
  return cache(Ingress)
    .list({ namespace: namespace ?? '' })
    .filter(
      ingress =>
        ingress.spec?.defaultBackend?.service?.name === name ||
        ingress.spec?.rules?.some(rule => rule.http?.paths.some(path => path.backend.service?.name === name)),
    )
    .map(keyOf);
}
