import type { EndpointSlice, Service, ServicePort } from '@slipway/kinds';

export interface Endpoint {
  address: string;
  port: number;
}

/** Services and where they lead, as DNS and virtual addresses need them. Pure: it holds what it was told. */
export interface ServiceTable {
  setService(service: Service): void;
  deleteService(key: string): void;
  setSlice(slice: EndpointSlice): void;
  deleteSlice(key: string): void;
  /** Addresses of a name below `svc.cluster.local` (without that); undefined: no such Service. */
  lookup(name: string): { addresses: string[]; external?: string } | undefined;
  /** Where a connection to a virtual address may go; undefined: it is no Service's. */
  endpoints(address: string, port: number): { service: string; ready: Endpoint[] } | undefined;
  /** Services of a namespace, oldest first. */
  inNamespace(namespace: string): Service[];
  /** All ports that anything can be reached at. */
  ports(): Set<number>;
}

const SERVICE_NAME = 'kubernetes.io/service-name';

export function createServiceTable(): ServiceTable {
  const services = new Map<string, Service>();
  const slices = new Map<string, EndpointSlice>();
  const byAddress = new Map<string, string>();

  const slicesOf = (key: string) =>
    [...slices.values()].filter(
      slice => `${slice.metadata.namespace}/${slice.metadata.labels?.[SERVICE_NAME]}` === key,
    );
  const forget = (key: string) => {
    const address = services.get(key)?.spec?.clusterIP;
    if (address && byAddress.get(address) === key) byAddress.delete(address);
    services.delete(key);
  };

  return {
    setService: service => {
      const key = `${service.metadata.namespace}/${service.metadata.name}`;
      forget(key);
      services.set(key, service);
      const address = service.spec?.clusterIP;
      if (address && address !== 'None') byAddress.set(address, key);
    },
    deleteService: forget,
    setSlice: slice => slices.set(`${slice.metadata.namespace}/${slice.metadata.name}`, slice),
    deleteSlice: key => slices.delete(key),
    lookup: name => {
      const [service = '', namespace = '', host = ''] = partsOf(name);
      const key = `${namespace}/${service}`;
      const found = services.get(key);
      if (!found) return undefined;
      const { spec } = found;
      if (spec?.type === 'ExternalName') return { addresses: [], external: spec.externalName ?? '' };
      if (spec?.clusterIP && spec.clusterIP !== 'None') {
        return host === '' ? { addresses: [spec.clusterIP] } : undefined;
      }
      const published = spec?.publishNotReadyAddresses === true;
      return { addresses: headlessAddresses(slicesOf(key), host, published) };
    },
    endpoints: (address, port) => {
      const key = byAddress.get(address);
      const service = key === undefined ? undefined : services.get(key);
      if (key === undefined || !service) return undefined;
      const named = service.spec?.ports?.find(one => one.port === port && (one.protocol ?? 'TCP') === 'TCP');
      return { service: key, ready: named ? readyEndpoints(slicesOf(key), named) : [] };
    },
    inNamespace: namespace => [...services.values()].filter(one => one.metadata.namespace === namespace),
    ports: () =>
      new Set([
        ...[...services.values()].flatMap(one => (one.spec?.ports ?? []).map(port => port.port)),
        ...[...slices.values()].flatMap(one => (one.ports ?? []).flatMap(port => port.port ?? [])),
      ]),
  };
}

/** `web.shop` or `web-0.web.shop`: service, namespace, and the name of one endpoint. */
function partsOf(name: string): [string, string, string] | [string, string] {
  const labels = name.split('.');
  const namespace = labels.at(-1) ?? '';
  const service = labels.at(-2) ?? '';
  return labels.length > 2 ? [service, namespace, labels.slice(0, -2).join('.')] : [service, namespace];
}

function headlessAddresses(slices: EndpointSlice[], host: string, published: boolean): string[] {
  return slices
    .flatMap(slice => slice.endpoints ?? [])
    .filter(endpoint => published || endpoint.conditions?.ready !== false)
    .filter(endpoint => host === '' || endpoint.hostname === host)
    .flatMap(endpoint => endpoint.addresses);
}

function readyEndpoints(slices: EndpointSlice[], wanted: ServicePort): Endpoint[] {
  return slices.flatMap(slice => {
    const port = slice.ports?.find(one => (one.name ?? '') === (wanted.name ?? ''))?.port;
    if (port === undefined) return [];
    return (slice.endpoints ?? [])
      .filter(endpoint => endpoint.conditions?.ready !== false)
      .flatMap(endpoint => endpoint.addresses.map(address => ({ address, port })));
  });
}
