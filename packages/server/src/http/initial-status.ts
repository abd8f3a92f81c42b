import type { KubeObject } from '@slipway/api';
import type { ResourceInfo } from '../schema/index.ts';
import { type ResourceId, resourceId } from '../store/store.ts';

/** Status that upstream's strategies give a new object (PrepareForCreate). */
const INITIAL: Record<ResourceId, (object: Record<string, unknown>) => object> = {
  '/namespaces': () => ({ phase: 'Active' }),
  '/pods': object => ({ phase: 'Pending', qosClass: qosClassOf(object) }),
  '/persistentvolumes': () => ({ phase: 'Pending' }),
  '/persistentvolumeclaims': () => ({ phase: 'Pending' }),
  '/services': () => ({ loadBalancer: {} }),
  '/replicationcontrollers': () => ({ replicas: 0 }),
  'apps/daemonsets': () => ({
    currentNumberScheduled: 0,
    desiredNumberScheduled: 0,
    numberMisscheduled: 0,
    numberReady: 0,
  }),
  'apps/deployments': () => ({}),
  'apps/replicasets': () => ({ replicas: 0 }),
  'apps/statefulsets': () => ({ availableReplicas: 0, replicas: 0 }),
  'batch/cronjobs': () => ({}),
  'batch/jobs': () => ({}),
  'policy/poddisruptionbudgets': () => ({
    disruptionsAllowed: 0,
    currentHealthy: 0,
    desiredHealthy: 0,
    expectedPods: 0,
  }),
  'networking.k8s.io/ingresses': () => ({ loadBalancer: {} }),
};

/** The object with the status a new one has; namespaces also get their own finalizer. */
export function initialStatus(object: KubeObject, info: ResourceInfo): KubeObject {
  const make = INITIAL[resourceId(info.kind)];
  if (!make) return object;
  const fields = object as KubeObject & Record<string, unknown>;
  const status = make(fields);
  if (resourceId(info.kind) !== '/namespaces') return { ...fields, status } as KubeObject;
  return { ...fields, spec: { finalizers: ['kubernetes'] }, status } as KubeObject;
}

interface Resources {
  requests?: Record<string, string>;
  limits?: Record<string, string>;
}

/** kubernetes/pkg/apis/core/v1/helper/qos/qos.go */
function qosClassOf(pod: Record<string, unknown>): string {
  const spec = pod.spec as {
    containers?: { resources?: Resources }[];
    initContainers?: { resources?: Resources }[];
  };
  const all = [...(spec.containers ?? []), ...(spec.initContainers ?? [])];
  const amounts = all.flatMap(({ resources = {} }) =>
    ['cpu', 'memory'].map(name => ({ request: resources.requests?.[name], limit: resources.limits?.[name] })),
  );
  if (amounts.every(({ request, limit }) => !request && !limit)) return 'BestEffort';
  const guaranteed = amounts.every(({ request, limit }) => limit && (request ?? limit) === limit);
  return guaranteed ? 'Guaranteed' : 'Burstable';
}
