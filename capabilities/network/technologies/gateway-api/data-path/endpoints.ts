import type { Stored } from '@slipway/api';
import type { EndpointSlice, Service, ServicePort } from '@slipway/kinds';

/** One address that takes a service's requests. */
export interface Endpoint {
  /** `address:port` */
  key: string;
  address: string;
  port: number;
  pod?: { namespace: string; name: string };
}

export const SERVICE_LABEL = 'kubernetes.io/service-name';

/** The port of a service by number or name. */
export function servicePort(service: Service, port: number | string | undefined): ServicePort | undefined {
  return service.spec?.ports?.find(each => each.port === port || each.name === port);
}

/** Ready endpoints of one port of a service, in a stable order, each once. */
export function readyEndpoints(slices: Stored<EndpointSlice>[], port: ServicePort): Endpoint[] {
  const found = new Map<string, Endpoint>();
  for (const slice of slices) {
    const number = slice.ports?.find(each => (each.name ?? '') === (port.name ?? ''))?.port;
    if (number === undefined || slice.addressType === 'FQDN') continue;
    for (const { addresses, conditions, targetRef } of slice.endpoints ?? []) {
      const address = addresses[0];
      // Absent means ready (discovery.k8s.io/v1 EndpointConditions).
      if (address === undefined || conditions?.ready === false) continue;
      const key = `${address.includes(':') ? `[${address}]` : address}:${number}`;
      const isPod = targetRef?.kind === 'Pod' && targetRef.name !== undefined;
      const pod = isPod
        ? { namespace: targetRef.namespace ?? slice.metadata.namespace ?? '', name: targetRef.name ?? '' }
        : undefined;
      found.set(key, { key, address, port: number, ...(pod ? { pod } : {}) });
    }
  }
  return [...found.values()].toSorted((a, b) => (a.key < b.key ? -1 : 1));
}
