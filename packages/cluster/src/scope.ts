import type { AnyObject } from '@slipway/api';

/** Built-in kinds without a namespace, as Kubernetes serves them. */
const CLUSTER_KINDS = new Set([
  'APIService',
  'CSIDriver',
  'CSINode',
  'CertificateSigningRequest',
  'ClusterRole',
  'ClusterRoleBinding',
  'ClusterTrustBundle',
  'CustomResourceDefinition',
  'DeviceClass',
  'FlowSchema',
  'IPAddress',
  'IngressClass',
  'MutatingAdmissionPolicy',
  'MutatingAdmissionPolicyBinding',
  'MutatingWebhookConfiguration',
  'Namespace',
  'Node',
  'PersistentVolume',
  'PriorityClass',
  'PriorityLevelConfiguration',
  'ResourceSlice',
  'RuntimeClass',
  'ServiceCIDR',
  'StorageClass',
  'ValidatingAdmissionPolicy',
  'ValidatingAdmissionPolicyBinding',
  'ValidatingWebhookConfiguration',
  'VolumeAttachment',
  'VolumeAttributesClass',
]);

/** Kinds of the platform and of tools that have no namespace, though no CRD at hand says so. */
export type ScopeOf = (object: AnyObject) => 'Namespaced' | 'Cluster';

/** Whether an object lies in a namespace: as a CRD among `objects` says, else as Kubernetes has it. */
export function scopes(objects: AnyObject[]): ScopeOf {
  const own = new Map<string, 'Namespaced' | 'Cluster'>();
  for (const { kind, spec } of objects) {
    if (kind !== 'CustomResourceDefinition') continue;
    const { group, names, scope } = spec as {
      group: string;
      names: { kind: string };
      scope: 'Namespaced' | 'Cluster';
    };
    own.set(`${group}/${names.kind}`, scope);
  }
  return ({ apiVersion, kind }) => {
    const group = apiVersion.includes('/') ? apiVersion.split('/')[0] : '';
    return own.get(`${group}/${kind}`) ?? (CLUSTER_KINDS.has(kind) ? 'Cluster' : 'Namespaced');
  };
}

/** Objects that say no namespace are put into `namespace`, as `kubectl apply -n` does. */
export function inNamespace(objects: AnyObject[], namespace: string, scopeOf: ScopeOf): AnyObject[] {
  return objects.map(object => {
    const { namespace: said, ...rest } = object.metadata;
    if (scopeOf(object) === 'Cluster') return said === undefined ? object : { ...object, metadata: rest };
    return said ? object : { ...object, metadata: { ...object.metadata, namespace } };
  });
}
