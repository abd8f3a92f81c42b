import type { KubeObject } from '@slipway/api';
import type { ResourceInfo } from '../schema/index.ts';
import { sameJson } from '../schema/same-json.ts';
import { type ResourceId, resourceId } from '../store/store.ts';

/** Built-in kinds whose strategy counts generations (each kind's strategy.go sets `Generation = 1`). */
const COUNTED = new Set<ResourceId>([
  '/pods',
  '/podtemplates',
  '/replicationcontrollers',
  'admissionregistration.k8s.io/mutatingadmissionpolicies',
  'admissionregistration.k8s.io/mutatingadmissionpolicybindings',
  'admissionregistration.k8s.io/mutatingwebhookconfigurations',
  'admissionregistration.k8s.io/validatingadmissionpolicies',
  'admissionregistration.k8s.io/validatingadmissionpolicybindings',
  'admissionregistration.k8s.io/validatingwebhookconfigurations',
  'apiextensions.k8s.io/customresourcedefinitions',
  'apps/daemonsets',
  'apps/deployments',
  'apps/replicasets',
  'apps/statefulsets',
  'batch/cronjobs',
  'batch/jobs',
  'discovery.k8s.io/endpointslices',
  'flowcontrol.apiserver.k8s.io/flowschemas',
  'flowcontrol.apiserver.k8s.io/prioritylevelconfigurations',
  'networking.k8s.io/ingressclasses',
  'networking.k8s.io/ingresses',
  'networking.k8s.io/networkpolicies',
  'policy/poddisruptionbudgets',
  'resource.k8s.io/deviceclasses',
  'resource.k8s.io/resourceslices',
  'scheduling.k8s.io/priorityclasses',
]);

const NOT_CONTENT = new Set(['apiVersion', 'kind', 'metadata', 'status']);

/** Whether objects of this kind have `metadata.generation`; custom resources always do. */
export function countsGenerations(info: ResourceInfo): boolean {
  return info.custom || COUNTED.has(resourceId(info.kind));
}

/** True when something other than metadata and status differs: that is a new generation. */
export function contentChanged(live: KubeObject, updated: KubeObject, hasStatus: boolean): boolean {
  // Deployments count annotations too: their controller copies them to ReplicaSets.
  const annotations = live.kind === 'Deployment' && live.apiVersion === 'apps/v1';
  if (annotations && !sameJson(live.metadata.annotations, updated.metadata.annotations)) return true;
  const before = live as unknown as Record<string, unknown>;
  const after = updated as unknown as Record<string, unknown>;
  const fields = new Set([...Object.keys(before), ...Object.keys(after)]);
  for (const field of fields) {
    if (NOT_CONTENT.has(field) && (field !== 'status' || hasStatus)) continue;
    if (!sameJson(before[field], after[field])) return true;
  }
  return false;
}
