import {
  defaultClaim,
  defaultEndpointSlice,
  defaultEndpoints,
  defaultEvent,
  defaultLimitRange,
  defaultNamespace,
  defaultNode,
  defaultPersistentVolume,
  defaultPod,
  defaultSecret,
  defaultService,
} from './core.ts';
import { at, type Fields, fill, made } from './fields.ts';
import {
  defaultAdmissionBinding,
  defaultAdmissionPolicy,
  defaultAutoscaler,
  defaultBinding,
  defaultIngressClass,
  defaultMutatingWebhooks,
  defaultNetworkPolicy,
  defaultValidatingWebhooks,
} from './policy.ts';
import {
  defaultCronJob,
  defaultDaemonSet,
  defaultDeployment,
  defaultJob,
  defaultPodTemplate,
  defaultReplicaSet,
  defaultReplicationController,
  defaultStatefulSet,
} from './workload.ts';

/** What each built-in kind fills in, by `<group>/<plural>`. */
export const BUILT_IN_DEFAULTS: Record<string, (object: Fields) => void> = {
  '/endpoints': defaultEndpoints,
  '/events': defaultEvent,
  '/limitranges': defaultLimitRange,
  '/namespaces': defaultNamespace,
  '/nodes': defaultNode,
  '/persistentvolumeclaims': defaultClaim,
  '/persistentvolumes': defaultPersistentVolume,
  '/pods': defaultPod,
  '/podtemplates': defaultPodTemplate,
  '/replicationcontrollers': defaultReplicationController,
  '/secrets': defaultSecret,
  '/services': defaultService,
  'admissionregistration.k8s.io/mutatingwebhookconfigurations': defaultMutatingWebhooks,
  'admissionregistration.k8s.io/mutatingadmissionpolicies': defaultAdmissionPolicy,
  'admissionregistration.k8s.io/mutatingadmissionpolicybindings': defaultAdmissionBinding,
  'admissionregistration.k8s.io/validatingadmissionpolicies': defaultAdmissionPolicy,
  'admissionregistration.k8s.io/validatingadmissionpolicybindings': defaultAdmissionBinding,
  'admissionregistration.k8s.io/validatingwebhookconfigurations': defaultValidatingWebhooks,
  'apiextensions.k8s.io/customresourcedefinitions': defaultDefinition,
  'apps/daemonsets': defaultDaemonSet,
  'apps/deployments': defaultDeployment,
  'apps/replicasets': defaultReplicaSet,
  'apps/statefulsets': defaultStatefulSet,
  'autoscaling/horizontalpodautoscalers': defaultAutoscaler,
  'batch/cronjobs': defaultCronJob,
  'batch/jobs': defaultJob,
  'discovery.k8s.io/endpointslices': defaultEndpointSlice,
  'networking.k8s.io/ingressclasses': defaultIngressClass,
  'networking.k8s.io/networkpolicies': defaultNetworkPolicy,
  'rbac.authorization.k8s.io/clusterrolebindings': defaultBinding,
  'rbac.authorization.k8s.io/rolebindings': defaultBinding,
  'scheduling.k8s.io/priorityclasses': object => fill(object, { preemptionPolicy: 'PreemptLowerPriority' }),
  'storage.k8s.io/csidrivers': defaultDriver,
  'storage.k8s.io/storageclasses': object =>
    fill(object, { reclaimPolicy: 'Delete', volumeBindingMode: 'Immediate' }),
};

function defaultDriver(object: Fields): void {
  fill(made(object, 'spec'), {
    attachRequired: true,
    podInfoOnMount: false,
    volumeLifecycleModes: ['Persistent'],
    storageCapacity: false,
    fsGroupPolicy: 'ReadWriteOnceWithFSType',
    requiresRepublish: false,
    seLinuxMount: false,
  });
}

function defaultDefinition(object: Fields): void {
  const spec = made(object, 'spec');
  const names = at(spec, 'names');
  const kind = typeof names?.kind === 'string' ? names.kind : '';
  if (names && !names.singular) names.singular = kind.toLowerCase();
  if (names && !names.listKind) names.listKind = `${kind}List`;
  fill(spec, { conversion: { strategy: 'None' } });
  const webhook = at(spec, 'conversion', 'webhook', 'clientConfig', 'service');
  fill(webhook, { port: 443 });
}
