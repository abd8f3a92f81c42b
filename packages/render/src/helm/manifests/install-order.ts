/** Kinds in the order Helm installs them; all others come after these, by name. */
const ORDER = [
  'PriorityClass',
  'Namespace',
  'NetworkPolicy',
  'ResourceQuota',
  'LimitRange',
  'PodSecurityPolicy',
  'PodDisruptionBudget',
  'ServiceAccount',
  'Secret',
  'SecretList',
  'ConfigMap',
  'StorageClass',
  'PersistentVolume',
  'PersistentVolumeClaim',
  'CustomResourceDefinition',
  'ClusterRole',
  'ClusterRoleList',
  'ClusterRoleBinding',
  'ClusterRoleBindingList',
  'Role',
  'RoleList',
  'RoleBinding',
  'RoleBindingList',
  'Service',
  'DaemonSet',
  'Pod',
  'ReplicationController',
  'ReplicaSet',
  'Deployment',
  'HorizontalPodAutoscaler',
  'StatefulSet',
  'Job',
  'CronJob',
  'IngressClass',
  'Ingress',
  'APIService',
  'MutatingWebhookConfiguration',
  'ValidatingWebhookConfiguration',
];
const RANK = new Map(ORDER.map((kind, index) => [kind, index]));

/** Sorts in place, keeping the order of equals. `uninstall` is not quite the reverse of installing. */
export function sortByKind<T extends { kind: string }>(objects: T[]): T[] {
  return objects.sort((a, b) => {
    const [first, second] = [RANK.get(a.kind), RANK.get(b.kind)];
    if (first === undefined && second === undefined) return compareText(a.kind, b.kind);
    if (first === undefined) return 1;
    if (second === undefined) return -1;
    return first - second;
  });
}

/** Kinds in the order Helm removes them. */
export const UNINSTALL_ORDER: readonly string[] = [
  'ValidatingWebhookConfiguration',
  'MutatingWebhookConfiguration',
  'APIService',
  'Ingress',
  'IngressClass',
  'Service',
  'CronJob',
  'Job',
  'StatefulSet',
  'HorizontalPodAutoscaler',
  'Deployment',
  'ReplicaSet',
  'ReplicationController',
  'Pod',
  'DaemonSet',
  ...ORDER.slice(0, ORDER.indexOf('Service')).reverse(),
];

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
