import type { KubeObject } from '@slipway/api';
import { type Pod, type PodTemplateSpec, StatefulSet } from '@slipway/kinds';
import { REVISION_LABEL } from '../workload/controller-revision.ts';
import { podFrom } from '../workload/pod-template.ts';

/** The pod of one ordinal: a stable name, host name and claims. */
export function statefulPod(
  set: StatefulSet,
  options: { ordinal: number; revision: string; template: PodTemplateSpec },
): Pod {
  const { ordinal, revision, template } = options;
  const name = `${set.metadata.name}-${ordinal}`;
  const pod = podFrom(template, set, StatefulSet);
  const { generateName: _generated, ...metadata } = pod.metadata;
  const claims = (set.spec.volumeClaimTemplates ?? []).map(({ metadata: { name: claim = '' } }) => claim);
  const others = (pod.spec.volumes ?? []).filter(volume => !claims.includes(volume.name));
  const mounted = claims.map(claim => ({
    name: claim,
    persistentVolumeClaim: { claimName: `${claim}-${name}` },
  }));
  return {
    ...pod,
    metadata: {
      ...metadata,
      name,
      labels: {
        ...metadata.labels,
        'statefulset.kubernetes.io/pod-name': name,
        'apps.kubernetes.io/pod-index': String(ordinal),
        [REVISION_LABEL]: revision,
      },
    },
    spec: {
      ...pod.spec,
      hostname: name,
      ...(set.spec.serviceName ? { subdomain: set.spec.serviceName } : {}),
      ...(others.length + mounted.length > 0 ? { volumes: [...others, ...mounted] } : {}),
    },
  };
}

/** The claims of one ordinal; they outlive the pod and the set. */
export function claimsOf(set: StatefulSet, ordinal: number): KubeObject[] {
  return (set.spec.volumeClaimTemplates ?? []).map(template => ({
    ...structuredClone(template),
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: {
      ...template.metadata,
      name: `${template.metadata.name}-${set.metadata.name}-${ordinal}`,
      ...(set.metadata.namespace ? { namespace: set.metadata.namespace } : {}),
      labels: { ...template.metadata.labels, ...set.spec.selector.matchLabels },
    },
  }));
}
