import type { KubeObject, Stored } from '@slipway/api';
import { type EndpointSlice, type Pod, Service } from '@slipway/kinds';
import { canonical } from '../workload/hash.ts';
import { controllerReference } from '../workload/owner.ts';
import { isReady } from '../workload/pod-state.ts';

type Endpoint = NonNullable<EndpointSlice['endpoints']>[number];
type Port = NonNullable<EndpointSlice['ports']>[number];
type ServicePort = NonNullable<NonNullable<Service['spec']>['ports']>[number];

export const MANAGED_BY = 'endpointslice.kubernetes.io/managed-by';
export const MANAGER = 'endpointslice-controller.k8s.io';
export const SERVICE_NAME = 'kubernetes.io/service-name';
const HEADLESS = 'service.kubernetes.io/headless';
/** Upstream's --max-endpoints-per-slice. */
const MOST_ENDPOINTS = 100;

/** The legacy kind that mirrors the slices; `kubectl get endpoints` still shows it. */
export interface Endpoints extends KubeObject {
  subsets?: { addresses?: Address[]; notReadyAddresses?: Address[]; ports?: Port[] }[];
}
interface Address {
  ip: string;
  nodeName?: string;
  hostname?: string;
  targetRef?: NonNullable<Endpoint['targetRef']>;
}

/** Endpoints of one set of ports: pods may give a named port different numbers. */
export interface Group {
  ports: Port[];
  endpoints: Endpoint[];
}

export interface SlicePlan {
  create: EndpointSlice[];
  update: Stored<EndpointSlice>[];
  remove: Stored<EndpointSlice>[];
}

/** Addresses of a Service's pods, grouped by the ports they resolve to. */
export function groupsOf(service: Service, pods: Pod[]): Group[] {
  const groups = new Map<string, Group>();
  const serving = pods.filter(pod => pod.status?.podIP && !isFinished(pod));
  for (const pod of serving.sort(byName)) {
    const ports = portsOf(service, pod);
    const group = groups.get(canonical(ports)) ?? { ports, endpoints: [] };
    groups.set(canonical(ports), group);
    group.endpoints.push(endpointOf(service, pod));
  }
  return [...groups.values()];
}

function isFinished({ status }: Pod): boolean {
  return status?.phase === 'Succeeded' || status?.phase === 'Failed';
}

function byName(a: Pod, b: Pod): number {
  return (a.metadata.name ?? '') < (b.metadata.name ?? '') ? -1 : 1;
}

function endpointOf(service: Service, pod: Pod): Endpoint {
  const ready = isReady(pod);
  const terminating = pod.metadata.deletionTimestamp !== undefined;
  const always = service.spec?.publishNotReadyAddresses === true;
  const { name = '', namespace, uid } = pod.metadata;
  const named = pod.spec.hostname && pod.spec.subdomain === service.metadata.name;
  return {
    addresses: [pod.status?.podIP ?? ''],
    conditions: { ready: always || (ready && !terminating), serving: always || ready, terminating },
    ...(named && pod.spec.hostname ? { hostname: pod.spec.hostname } : {}),
    ...(pod.spec.nodeName ? { nodeName: pod.spec.nodeName } : {}),
    targetRef: { kind: 'Pod', ...(namespace ? { namespace } : {}), name, ...(uid ? { uid } : {}) },
  };
}

function portsOf(service: Service, pod: Pod): Port[] {
  return (service.spec?.ports ?? []).flatMap(port => {
    const number = targetOf(port, pod);
    if (number === undefined) return [];
    const { name = '', protocol = 'TCP', appProtocol } = port;
    return [{ name, port: number, protocol, ...(appProtocol ? { appProtocol } : {}) }];
  });
}

/** A number as it is; a name as the pod's containers (sidecars too) declare it. */
function targetOf(
  { port, targetPort = port, protocol = 'TCP' }: ServicePort,
  { spec }: Pod,
): number | undefined {
  if (typeof targetPort === 'number') return targetPort;
  const sidecars = (spec.initContainers ?? []).filter(container => container.restartPolicy === 'Always');
  for (const { ports = [] } of [...spec.containers, ...sidecars]) {
    const found = ports.find(one => one.name === targetPort && (one.protocol ?? 'TCP') === protocol);
    if (found) return found.containerPort;
  }
  return undefined;
}

/** What to do so that the slices hold these groups; present slices are filled again in order. */
export function planSlices(
  service: Stored<Service>,
  groups: Group[],
  present: Stored<EndpointSlice>[],
): SlicePlan {
  const wanted = groups.flatMap(group =>
    pagesOf(group).map(endpoints => sliceOf(service, { ports: group.ports, endpoints })),
  );
  // A Service that selects nobody still has one empty slice, which says so.
  if (wanted.length === 0) wanted.push(sliceOf(service, { ports: [], endpoints: [] }));
  const free = [...present].sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
  const plan: SlicePlan = { create: [], update: [], remove: [] };
  for (const slice of wanted) {
    const index = free.findIndex(one => canonical(one.ports ?? []) === canonical(slice.ports ?? []));
    const [match] = index >= 0 ? free.splice(index, 1) : free.splice(0, 1);
    if (!match) {
      plan.create.push(slice);
      continue;
    }
    const labels = { ...slice.metadata.labels };
    const updated = {
      ...match,
      metadata: { ...match.metadata, labels },
      endpoints: slice.endpoints ?? [],
      ports: slice.ports ?? [],
    };
    if (sliceText(updated) !== sliceText(match)) plan.update.push(updated);
  }
  plan.remove = free;
  return plan;
}

function sliceText({ metadata, endpoints, ports }: EndpointSlice): string {
  return canonical([metadata.labels ?? {}, endpoints ?? [], ports ?? []]);
}

function pagesOf({ endpoints }: Group): Endpoint[][] {
  const count = Math.ceil(endpoints.length / MOST_ENDPOINTS);
  return Array.from({ length: count }, (_, page) =>
    endpoints.slice(page * MOST_ENDPOINTS, (page + 1) * MOST_ENDPOINTS),
  );
}

function sliceOf(service: Stored<Service>, { ports, endpoints }: Group): EndpointSlice {
  const { name, namespace, labels } = service.metadata;
  const headless = service.spec?.clusterIP === 'None' ? { [HEADLESS]: '' } : {};
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      generateName: `${name}-`,
      ...(namespace ? { namespace } : {}),
      labels: { ...labels, ...headless, [MANAGED_BY]: MANAGER, [SERVICE_NAME]: name },
      ownerReferences: [controllerReference(Service, service)],
    },
    addressType: 'IPv4',
    endpoints,
    ports,
  };
}

/** The same addresses in the legacy kind. */
export function endpointsOf(service: Stored<Service>, groups: Group[]): Endpoints {
  const { name, namespace, labels } = service.metadata;
  const headless = service.spec?.clusterIP === 'None' ? { [HEADLESS]: '' } : {};
  const subsets = groups.map(({ ports, endpoints }) => {
    const ready = endpoints.filter(one => one.conditions?.ready).map(addressOf);
    const waiting = endpoints
      .filter(one => !one.conditions?.ready && !one.conditions?.terminating)
      .map(addressOf);
    return {
      ...(ready.length > 0 ? { addresses: ready } : {}),
      ...(waiting.length > 0 ? { notReadyAddresses: waiting } : {}),
      ...(ports.length > 0
        ? {
            ports: ports.map(({ name: portName, ...port }) =>
              portName ? { name: portName, ...port } : port,
            ),
          }
        : {}),
    };
  });
  const filled = subsets.filter(one => one.addresses || one.notReadyAddresses);
  return {
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: {
      name,
      ...(namespace ? { namespace } : {}),
      labels: { ...labels, ...headless, 'endpoints.kubernetes.io/managed-by': 'endpoint-controller' },
    },
    ...(filled.length > 0 ? { subsets: filled } : {}),
  };
}

function addressOf({ addresses, hostname, nodeName, targetRef }: Endpoint): Address {
  return {
    ip: addresses[0] ?? '',
    ...(hostname ? { hostname } : {}),
    ...(nodeName ? { nodeName } : {}),
    ...(targetRef ? { targetRef } : {}),
  };
}
