/**
 * API versions that Kubernetes took away, each with the minor version since which it is gone, the kinds (absent: all of
 * them) and what is there instead (Kubernetes, "Deprecated API Migration Guide").
 */
const REMOVED: { apiVersion: string; kinds?: string[]; since: number; instead: string }[] = [
  {
    apiVersion: 'extensions/v1beta1',
    kinds: ['Deployment', 'DaemonSet', 'ReplicaSet'],
    since: 16,
    instead: 'apps/v1',
  },
  {
    apiVersion: 'extensions/v1beta1',
    kinds: ['NetworkPolicy'],
    since: 16,
    instead: 'networking.k8s.io/v1',
  },
  { apiVersion: 'extensions/v1beta1', kinds: ['PodSecurityPolicy'], since: 16, instead: '' },
  { apiVersion: 'extensions/v1beta1', kinds: ['Ingress'], since: 22, instead: 'networking.k8s.io/v1' },
  { apiVersion: 'apps/v1beta1', since: 16, instead: 'apps/v1' },
  { apiVersion: 'apps/v1beta2', since: 16, instead: 'apps/v1' },
  {
    apiVersion: 'admissionregistration.k8s.io/v1beta1',
    kinds: ['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration'],
    since: 22,
    instead: 'admissionregistration.k8s.io/v1',
  },
  { apiVersion: 'apiextensions.k8s.io/v1beta1', since: 22, instead: 'apiextensions.k8s.io/v1' },
  { apiVersion: 'apiregistration.k8s.io/v1beta1', since: 22, instead: 'apiregistration.k8s.io/v1' },
  {
    apiVersion: 'authentication.k8s.io/v1beta1',
    kinds: ['TokenReview'],
    since: 22,
    instead: 'authentication.k8s.io/v1',
  },
  { apiVersion: 'authorization.k8s.io/v1beta1', since: 22, instead: 'authorization.k8s.io/v1' },
  {
    apiVersion: 'certificates.k8s.io/v1beta1',
    kinds: ['CertificateSigningRequest'],
    since: 22,
    instead: 'certificates.k8s.io/v1',
  },
  {
    apiVersion: 'coordination.k8s.io/v1beta1',
    kinds: ['Lease'],
    since: 22,
    instead: 'coordination.k8s.io/v1',
  },
  {
    apiVersion: 'networking.k8s.io/v1beta1',
    kinds: ['Ingress', 'IngressClass'],
    since: 22,
    instead: 'networking.k8s.io/v1',
  },
  { apiVersion: 'rbac.authorization.k8s.io/v1beta1', since: 22, instead: 'rbac.authorization.k8s.io/v1' },
  { apiVersion: 'scheduling.k8s.io/v1beta1', since: 22, instead: 'scheduling.k8s.io/v1' },
  {
    apiVersion: 'storage.k8s.io/v1beta1',
    kinds: ['CSIDriver', 'CSINode', 'StorageClass', 'VolumeAttachment'],
    since: 22,
    instead: 'storage.k8s.io/v1',
  },
  {
    apiVersion: 'storage.k8s.io/v1beta1',
    kinds: ['CSIStorageCapacity'],
    since: 27,
    instead: 'storage.k8s.io/v1',
  },
  { apiVersion: 'batch/v1beta1', kinds: ['CronJob'], since: 25, instead: 'batch/v1' },
  {
    apiVersion: 'discovery.k8s.io/v1beta1',
    kinds: ['EndpointSlice'],
    since: 25,
    instead: 'discovery.k8s.io/v1',
  },
  { apiVersion: 'events.k8s.io/v1beta1', since: 25, instead: 'events.k8s.io/v1' },
  { apiVersion: 'autoscaling/v2beta1', since: 25, instead: 'autoscaling/v2' },
  { apiVersion: 'autoscaling/v2beta2', since: 26, instead: 'autoscaling/v2' },
  { apiVersion: 'policy/v1beta1', kinds: ['PodDisruptionBudget'], since: 25, instead: 'policy/v1' },
  { apiVersion: 'policy/v1beta1', kinds: ['PodSecurityPolicy'], since: 25, instead: '' },
  { apiVersion: 'node.k8s.io/v1beta1', since: 25, instead: 'node.k8s.io/v1' },
  {
    apiVersion: 'flowcontrol.apiserver.k8s.io/v1beta1',
    since: 26,
    instead: 'flowcontrol.apiserver.k8s.io/v1',
  },
  {
    apiVersion: 'flowcontrol.apiserver.k8s.io/v1beta2',
    since: 29,
    instead: 'flowcontrol.apiserver.k8s.io/v1',
  },
  {
    apiVersion: 'flowcontrol.apiserver.k8s.io/v1beta3',
    since: 32,
    instead: 'flowcontrol.apiserver.k8s.io/v1',
  },
];

export interface RemovedApi {
  /** `1.25` */
  since: string;
  /** '' when there is nothing in its place. */
  instead: string;
}

/** What became of an API version that this minor version of Kubernetes no longer serves; undefined: nothing did. */
export function removedApi(apiVersion: string, kind: string, minor: number): RemovedApi | undefined {
  const found = REMOVED.find(
    each => each.apiVersion === apiVersion && (each.kinds?.includes(kind) ?? true) && minor >= each.since,
  );
  return found && { since: `1.${found.since}`, instead: found.instead };
}
