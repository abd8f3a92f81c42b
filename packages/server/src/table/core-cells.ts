import {
  age,
  type Cells,
  type CellsOf,
  count,
  get,
  labels,
  list,
  name,
  shortened,
  since,
  size,
  text,
} from './cell.ts';
import { podCells } from './pod-cells.ts';

function serviceCells(object: unknown, now: number): Cells {
  return [
    name(object),
    text(object, 'spec.type'),
    text(list(object, 'spec.clusterIPs'), '0', '<none>'),
    externalAddress(object),
    list(object, 'spec.ports').map(portText).join(',') || '<none>',
    age(object, now),
    labels(get(object, 'spec.selector')),
  ];
}

function portText(port: unknown): string {
  const node = count(port, 'nodePort');
  return `${count(port, 'port')}${node > 0 ? `:${node}` : ''}/${text(port, 'protocol')}`;
}

function externalAddress(object: unknown): string {
  const type = text(object, 'spec.type');
  const own = list(object, 'spec.externalIPs').map(String);
  if (type === 'ExternalName') return text(object, 'spec.externalName');
  if (type === 'LoadBalancer') return [...balancers(object), ...own].join(',') || '<pending>';
  return type === 'ClusterIP' || type === 'NodePort' ? own.join(',') || '<none>' : '<unknown>';
}

/** Addresses that a load balancer gave, sorted. */
export function balancers(object: unknown): string[] {
  const found = list(object, 'status.loadBalancer.ingress').map(each =>
    text(each, 'ip', text(each, 'hostname')),
  );
  return [...new Set(found.filter(address => address !== ''))].sort();
}

const ROLE_PREFIX = 'node-role.kubernetes.io/';

function nodeCells(object: unknown, now: number): Cells {
  const architecture = text(object, 'status.nodeInfo.architecture');
  const kernel = text(object, 'status.nodeInfo.kernelVersion', '<unknown>');
  return [
    name(object),
    nodeStatus(object),
    nodeRoles(object).join(',') || '<none>',
    age(object, now),
    text(object, 'status.nodeInfo.kubeletVersion'),
    nodeAddress(object, 'InternalIP'),
    nodeAddress(object, 'ExternalIP'),
    text(object, 'status.nodeInfo.osImage', '<unknown>'),
    architecture ? `${kernel} (${architecture})` : kernel,
    text(object, 'status.nodeInfo.containerRuntimeVersion', '<unknown>'),
  ];
}

function nodeStatus(object: unknown): string {
  const found = list(object, 'status.conditions').findLast(each => get(each, 'type') === 'Ready');
  const ready = found === undefined ? 'Unknown' : get(found, 'status') === 'True' ? 'Ready' : 'NotReady';
  return get(object, 'spec.unschedulable') === true ? `${ready},SchedulingDisabled` : ready;
}

function nodeRoles(object: unknown): string[] {
  const found = Object.entries((get(object, 'metadata.labels') ?? {}) as Record<string, string>);
  const roles = found.flatMap(([key, value]) => {
    if (key.startsWith(ROLE_PREFIX)) return key.slice(ROLE_PREFIX.length) || [];
    return key === 'kubernetes.io/role' && value ? value : [];
  });
  return [...new Set(roles)].sort();
}

function nodeAddress(object: unknown, type: string): string {
  const found = list(object, 'status.addresses').find(each => get(each, 'type') === type);
  return text(found, 'address', '<none>');
}

function eventCells(object: unknown, now: number): Cells {
  const first = since(get(object, 'firstTimestamp') ?? get(object, 'eventTime'), now);
  const last = get(object, 'lastTimestamp');
  const series = get(object, 'series');
  const kind = text(object, 'involvedObject.kind').toLowerCase();
  const target = text(object, 'involvedObject.name');
  const shown = last === undefined ? first : since(last, now);
  return [
    series === undefined ? shown : since(get(series, 'lastObservedTime'), now),
    text(object, 'type'),
    text(object, 'reason'),
    target ? `${kind}/${target}` : kind,
    text(object, 'involvedObject.fieldPath'),
    eventSource(object),
    text(object, 'message').trim(),
    first,
    series === undefined ? count(object, 'count') || 1 : count(series, 'count'),
    name(object),
  ];
}

/** An `events.k8s.io` event says the same in other words. */
function newEventCells(object: unknown, now: number): Cells {
  return eventCells(
    {
      metadata: get(object, 'metadata'),
      type: get(object, 'type'),
      reason: get(object, 'reason'),
      message: get(object, 'note'),
      involvedObject: get(object, 'regarding'),
      source: get(object, 'deprecatedSource'),
      firstTimestamp: get(object, 'deprecatedFirstTimestamp'),
      lastTimestamp: get(object, 'deprecatedLastTimestamp'),
      count: get(object, 'deprecatedCount'),
      eventTime: get(object, 'eventTime'),
      series: get(object, 'series'),
      reportingComponent: get(object, 'reportingController'),
      reportingInstance: get(object, 'reportingInstance'),
    },
    now,
  );
}

function eventSource(object: unknown): string {
  const component = text(object, 'source.component', text(object, 'reportingComponent'));
  const instance = text(object, 'source.host', text(object, 'reportingInstance'));
  return instance ? `${component}, ${instance}` : component;
}

function endpointsCells(object: unknown, now: number): Cells {
  const all = list(object, 'subsets').flatMap(subset => {
    const addresses = list(subset, 'addresses').map(address => text(address, 'ip'));
    const ports = list(subset, 'ports');
    if (ports.length === 0) return addresses;
    return ports.flatMap(port => addresses.map(address => hostPort(address, count(port, 'port'))));
  });
  const none = list(object, 'subsets').length === 0;
  return [name(object), none ? '<none>' : shortened(all, 3), age(object, now)];
}

function hostPort(address: string, port: number): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

function quotaCells(object: unknown, now: number): Cells {
  const hard = Object.entries((get(object, 'status.hard') ?? {}) as Record<string, string>);
  const used = (get(object, 'status.used') ?? {}) as Record<string, string>;
  const entries = hard
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([resource, most]) => ({ resource, text: `${resource}: ${used[resource] ?? '0'}/${most}` }));
  const [limits, requests] = [true, false].map(wanted =>
    entries
      .filter(({ resource }) => resource.startsWith('limits.') === wanted)
      .map(entry => entry.text)
      .join(', '),
  );
  return [name(object), requests, limits, age(object, now)];
}

/** Cells of the core group's kinds. */
export const CORE_CELLS: Record<string, CellsOf> = {
  '/configmaps': (object, now) => [
    name(object),
    size(object, 'data') + size(object, 'binaryData'),
    age(object, now),
  ],
  '/endpoints': endpointsCells,
  '/events': eventCells,
  'events.k8s.io/events': newEventCells,
  '/namespaces': (object, now) => [name(object), text(object, 'status.phase'), age(object, now)],
  '/nodes': nodeCells,
  '/pods': podCells,
  '/resourcequotas': quotaCells,
  '/secrets': (object, now) => [name(object), text(object, 'type'), size(object, 'data'), age(object, now)],
  '/serviceaccounts': (object, now) => [name(object), age(object, now)],
  '/services': serviceCells,
};
