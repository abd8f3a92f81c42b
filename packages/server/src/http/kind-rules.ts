import { hasSubresource, type ResourceInfo } from '../schema/index.ts';
import { type ResourceId, resourceId } from '../store/store.ts';

/** Kinds with a status subresource whose creators may set status all the same. */
const KEEPS_STATUS = new Set<ResourceId>(['/nodes', 'apiextensions.k8s.io/customresourcedefinitions']);

/** Name of the field that a create or an update of the whole object does not touch; empty when there is none. */
export function statusOf(info: ResourceInfo): string {
  return hasSubresource(info, 'status') && !KEEPS_STATUS.has(resourceId(info.kind)) ? 'status' : '';
}

/** Kinds that a PUT to a free name creates (AllowCreateOnUpdate in upstream's strategies). */
const CREATED_BY_UPDATE = new Set<ResourceId>([
  '/endpoints',
  '/events',
  '/limitranges',
  '/services',
  'coordination.k8s.io/leases',
  'events.k8s.io/events',
  'node.k8s.io/runtimeclasses',
  'rbac.authorization.k8s.io/clusterrolebindings',
  'rbac.authorization.k8s.io/clusterroles',
  'rbac.authorization.k8s.io/rolebindings',
  'rbac.authorization.k8s.io/roles',
]);

export function mayCreateByUpdate(info: ResourceInfo): boolean {
  return CREATED_BY_UPDATE.has(resourceId(info.kind));
}

/** Kinds whose update must say which version it is based on (AllowUnconditionalUpdate is false). */
const NEEDS_VERSION = new Set<ResourceId>([
  'coordination.k8s.io/leases',
  'node.k8s.io/runtimeclasses',
  'policy/poddisruptionbudgets',
  'storage.k8s.io/csidrivers',
  'storage.k8s.io/csinodes',
  'storage.k8s.io/csistoragecapacities',
  'storage.k8s.io/volumeattachments',
  'apiextensions.k8s.io/customresourcedefinitions',
  'admissionregistration.k8s.io/mutatingadmissionpolicies',
  'admissionregistration.k8s.io/mutatingadmissionpolicybindings',
  'admissionregistration.k8s.io/validatingwebhookconfigurations',
  'admissionregistration.k8s.io/mutatingwebhookconfigurations',
  'admissionregistration.k8s.io/validatingadmissionpolicies',
  'admissionregistration.k8s.io/validatingadmissionpolicybindings',
]);

export function needsVersion(info: ResourceInfo): boolean {
  return NEEDS_VERSION.has(resourceId(info.kind)) || info.custom;
}

/** Kinds whose DELETE answers the removed object instead of a Status (ReturnDeletedObject). */
const ANSWERS_DELETED = new Set<ResourceId>([
  '/namespaces',
  '/persistentvolumeclaims',
  '/persistentvolumes',
  '/pods',
  '/podtemplates',
  '/resourcequotas',
  '/serviceaccounts',
  '/services',
  'resource.k8s.io/deviceclasses',
  'resource.k8s.io/resourceclaims',
  'resource.k8s.io/resourceclaimtemplates',
  'resource.k8s.io/resourceslices',
  'storage.k8s.io/csidrivers',
  'storage.k8s.io/csinodes',
  'storage.k8s.io/storageclasses',
  'storage.k8s.io/volumeattachments',
  'storage.k8s.io/volumeattributesclasses',
]);

export function answersDeleted(info: ResourceInfo): boolean {
  return ANSWERS_DELETED.has(resourceId(info.kind));
}
