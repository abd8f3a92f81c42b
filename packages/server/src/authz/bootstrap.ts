import { type KubeObject, StatusError, type Transport } from '@slipway/api';
import type { ClusterRole, PolicyRule, RoleBinding, Service } from '@slipway/kinds';
import bootstrap from '@slipway/kinds/kubernetes/bootstrap.generated.json' with { type: 'json' };
import { SERVICE_CIDR } from '../admission/index.ts';
import type { StoreReader } from '../store/store.ts';
import { uncovered } from './rules.ts';

const RBAC = 'rbac.authorization.k8s.io/v1';
const AUTOUPDATE = 'rbac.authorization.kubernetes.io/autoupdate';

interface Wanted {
  /** Of the collection. */
  path: string;
  /** As the store names it: `group/plural`. */
  resource: string;
  object: KubeObject;
}

export interface BootstrapOptions {
  store: StoreReader;
  /** Acts as a member of `system:masters`. */
  transport: Transport;
  /** Where Pods reach the API; its Service and EndpointSlice are made only when it is given. */
  advertise?: { address: string; port: number };
}

/**
 * Makes what every cluster starts with: namespaces, roles and bindings, priority classes, the API's own Service.
 * Defaults that somebody narrowed are widened again, unless their `autoupdate` annotation says false, as upstream does.
 */
export async function ensureBootstrap({ store, transport, advertise }: BootstrapOptions): Promise<void> {
  await ensureAll(
    store,
    transport,
    bootstrap.namespaces.map(object => wanted('/api/v1/namespaces', '/namespaces', object)),
  );
  await ensureAll(store, transport, [
    ...rbac('clusterroles', bootstrap.clusterroles),
    ...rbac('clusterrolebindings', bootstrap.clusterrolebindings),
    ...rbac('roles', bootstrap.roles),
    ...rbac('rolebindings', bootstrap.rolebindings),
    ...bootstrap.priorityclasses.map(object =>
      wanted('/apis/scheduling.k8s.io/v1/priorityclasses', 'scheduling.k8s.io/priorityclasses', object),
    ),
    wanted('/apis/networking.k8s.io/v1/servicecidrs', 'networking.k8s.io/servicecidrs', serviceRange),
    ...(advertise ? apiService(advertise) : []),
  ]);
}

/** What Services' addresses are taken from. Nothing watches others: there is no second range here. */
const serviceRange = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'ServiceCIDR',
  metadata: { name: 'kubernetes' },
  spec: { cidrs: [SERVICE_CIDR] },
};

function wanted(path: string, resource: string, object: object): Wanted {
  return { path, resource, object: object as KubeObject };
}

function rbac(plural: string, objects: object[]): Wanted[] {
  return objects.map(object => {
    const { namespace } = (object as KubeObject).metadata;
    const path = namespace ? `/apis/${RBAC}/namespaces/${namespace}/${plural}` : `/apis/${RBAC}/${plural}`;
    return wanted(path, `rbac.authorization.k8s.io/${plural}`, object);
  });
}

function apiService({ address, port }: { address: string; port: number }): Wanted[] {
  const metadata = { name: 'kubernetes', namespace: 'default' };
  const service: Service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { ...metadata, labels: { component: 'apiserver', provider: 'kubernetes' } },
    spec: {
      clusterIP: '10.96.0.1',
      ports: [{ name: 'https', protocol: 'TCP', port: 443, targetPort: port }],
    },
  };
  const slice = {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { ...metadata, labels: { 'kubernetes.io/service-name': 'kubernetes' } },
    addressType: 'IPv4',
    endpoints: [{ addresses: [address], conditions: { ready: true } }],
    ports: [{ name: 'https', protocol: 'TCP', port }],
  };
  // The older form of the same; controllers that mirror Endpoints leave it alone.
  const endpoints = {
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: { ...metadata, labels: { 'endpointslice.kubernetes.io/skip-mirror': 'true' } },
    subsets: [{ addresses: [{ ip: address }], ports: [{ name: 'https', protocol: 'TCP', port }] }],
  };
  return [
    wanted('/api/v1/namespaces/default/services', '/services', service),
    wanted('/api/v1/namespaces/default/endpoints', '/endpoints', endpoints),
    wanted(
      '/apis/discovery.k8s.io/v1/namespaces/default/endpointslices',
      'discovery.k8s.io/endpointslices',
      slice,
    ),
  ];
}

/** All at once: the store commits them together. */
async function ensureAll(store: StoreReader, transport: Transport, all: Wanted[]): Promise<void> {
  await Promise.all(all.map(one => ensure(store, transport, one)));
}

async function ensure(
  store: StoreReader,
  transport: Transport,
  { path, resource, object }: Wanted,
): Promise<void> {
  const { namespace, name = '' } = object.metadata;
  const entry = store.get(resource, namespace ? `${namespace}/${name}` : name);
  if (!entry) return await send(transport, 'POST', path, object);
  const mended = mend(JSON.parse(entry.text) as KubeObject, object);
  if (mended) await send(transport, 'PUT', `${path}/${encodeURIComponent(name)}`, mended);
}

async function send(
  transport: Transport,
  method: 'POST' | 'PUT',
  path: string,
  object: KubeObject,
): Promise<void> {
  const body = JSON.stringify(object);
  const answer = await transport.send({ method, path, contentType: 'application/json', body });
  if (answer.status < 400 || answer.status === 409) return;
  throw new StatusError(
    'InternalError',
    `the cluster's first objects could not be made: ${path}: "${object.metadata.name}": ${answer.body}`,
  );
}

/** The present object with what it lacks; undefined when nothing is missing. */
function mend(present: KubeObject, defaults: KubeObject): KubeObject | undefined {
  if (present.kind.startsWith('Endpoint')) return mendEndpoints(present, defaults);
  if (present.metadata.annotations?.[AUTOUPDATE] !== 'true') return undefined;
  if (present.kind === 'Role' || present.kind === 'ClusterRole') return mendRole(present, defaults);
  return mendBinding(present as RoleBinding, defaults as RoleBinding);
}

function mendRole(present: ClusterRole, defaults: ClusterRole): ClusterRole | undefined {
  if (defaults.aggregationRule) return undefined;
  const rules: PolicyRule[] = present.rules ?? [];
  const missing = uncovered(rules, defaults.rules ?? []);
  return missing.length === 0 ? undefined : { ...present, rules: [...rules, ...missing] };
}

function mendBinding(present: RoleBinding, defaults: RoleBinding): RoleBinding | undefined {
  const subjects = present.subjects ?? [];
  const known = new Set(subjects.map(({ kind, name, namespace }) => `${kind}/${namespace}/${name}`));
  const missing = (defaults.subjects ?? []).filter(
    ({ kind, name, namespace }) => !known.has(`${kind}/${namespace}/${name}`),
  );
  return missing.length === 0 ? undefined : { ...present, subjects: [...subjects, ...missing] };
}

/** The API may listen on another port than last time. */
function mendEndpoints(present: KubeObject, defaults: KubeObject): KubeObject | undefined {
  type Endpoints = KubeObject & { endpoints?: unknown; ports?: unknown; subsets?: unknown };
  const { endpoints, ports, subsets } = defaults as Endpoints;
  const now = present as Endpoints;
  const wanted = [endpoints, ports, subsets];
  if (JSON.stringify([now.endpoints, now.ports, now.subsets]) === JSON.stringify(wanted)) return undefined;
  return { ...now, ...(subsets ? { subsets } : { endpoints, ports }) } as KubeObject;
}
