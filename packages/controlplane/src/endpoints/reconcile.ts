import {
  hasReason,
  type Key,
  type Kind,
  keyOf,
  matchesLabels,
  requirementsOf,
  type Stored,
} from '@slipway/api';
import { EndpointSlice, Pod, Service } from '@slipway/kinds';
import { type Context, type Controller, controller, done, type Outcome, watching } from '@slipway/runtime';
import { canonical } from '../workload/hash.ts';
import { controllerOf } from '../workload/owner.ts';
import {
  type Endpoints,
  endpointsOf,
  type Group,
  groupsOf,
  MANAGED_BY,
  MANAGER,
  planSlices,
  SERVICE_NAME,
} from './plan.ts';

export const EndpointsKind: Kind<Endpoints> = {
  group: '',
  version: 'v1',
  kind: 'Endpoints',
  plural: 'endpoints',
  namespaced: true,
};

/** Tells, in EndpointSlices and legacy Endpoints, which pods answer for a Service. */
export const endpointsController: Controller = controller<Service>({
  name: 'endpoint-slice-controller',
  kind: Service,
  watches: [
    watching<Pod>({
      kind: Pod,
      keysOf: (pod, { cache }) => servicesOf(pod, cache(Service).list(inNamespace(pod))),
    }),
    watching<EndpointSlice>({ kind: EndpointSlice, keysOf: serviceOfSlice }),
    watching<Endpoints>({
      kind: EndpointsKind,
      keysOf: ({ metadata }) => (metadata.name ? [keyOf({ apiVersion: '', kind: '', metadata })] : []),
    }),
  ],
  reconcile: reconcileService,
  // Slices have their Service as owner; Endpoints never had, so their controller takes them, as upstream's does.
  removed: async (key, { client }) => {
    await client.delete(EndpointsKind, key).catch(ignoreGone);
  },
});

function inNamespace(pod: Pod): { namespace: string } {
  return { namespace: pod.metadata.namespace ?? '' };
}

function servicesOf(pod: Pod, services: Stored<Service>[]): Key[] {
  return services.filter(service => selects(service, pod)).map(keyOf);
}

function selects({ spec }: Service, pod: Pod): boolean {
  const selector = spec?.selector;
  if (!selector || spec.type === 'ExternalName') return false;
  return matchesLabels(requirementsOf({ matchLabels: selector }), pod.metadata.labels);
}

function serviceOfSlice({ metadata }: EndpointSlice): Key[] {
  const name = metadata.labels?.[SERVICE_NAME];
  if (!name || metadata.labels?.[MANAGED_BY] !== MANAGER) return [];
  return [{ namespace: metadata.namespace ?? '', name }];
}

async function reconcileService(service: Stored<Service>, context: Context): Promise<Outcome> {
  const { selector, type } = service.spec ?? {};
  if (!selector || type === 'ExternalName' || service.metadata.deletionTimestamp) return done;
  const namespace = service.metadata.namespace ?? '';
  const pods = context.cache(Pod).list({ namespace, labels: selector });
  const groups = groupsOf(service, pods);
  await writeSlices(context, service, groups);
  await writeEndpoints(context, service, groups);
  return done;
}

async function writeSlices(
  { cache, client }: Context,
  service: Stored<Service>,
  groups: Group[],
): Promise<void> {
  const present = cache(EndpointSlice)
    .ownedBy(service.metadata.uid)
    .filter(slice => controllerOf(slice)?.uid === service.metadata.uid && !slice.metadata.deletionTimestamp);
  const plan = planSlices(service, groups, present);
  await Promise.all([
    ...plan.create.map(slice => client.create<EndpointSlice>(EndpointSlice, slice).catch(ignoreGone)),
    ...plan.update.map(slice => client.update<EndpointSlice>(EndpointSlice, slice)),
    ...plan.remove.map(slice => client.delete(EndpointSlice, keyOf(slice)).catch(ignoreGone)),
  ]);
}

async function writeEndpoints(
  { cache, client }: Context,
  service: Stored<Service>,
  groups: Group[],
): Promise<void> {
  const wanted = endpointsOf(service, groups);
  const present = cache(EndpointsKind).get(keyOf(service));
  if (!present) {
    await client.create<Endpoints>(EndpointsKind, wanted).catch(ignoreGone);
    return;
  }
  const same =
    canonical(present.subsets ?? []) === canonical(wanted.subsets ?? []) &&
    canonical(present.metadata.labels ?? {}) === canonical(wanted.metadata.labels ?? {});
  if (same) return;
  const { subsets: _before, ...rest } = present;
  const metadata = { ...present.metadata, labels: wanted.metadata.labels ?? {} };
  await client.update<Endpoints>(EndpointsKind, {
    ...rest,
    metadata,
    ...(wanted.subsets ? { subsets: wanted.subsets } : {}),
  });
}

/** The Service, or its whole namespace, may be going away. */
function ignoreGone(error: unknown): void {
  if (!hasReason(error, 'NotFound', 'Forbidden', 'AlreadyExists')) throw error;
}
