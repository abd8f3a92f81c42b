import type { Kind, KubeObject } from '@slipway/api';
import type { Pod, PodTemplateSpec } from '@slipway/kinds';
import { controllerReference } from './owner.ts';

/** A pod made from a template, controlled by `owner`; the server gives it its name. */
export function podFrom(template: PodTemplateSpec, owner: KubeObject, ownerKind: Kind): Pod {
  const { labels, annotations, finalizers } = template.metadata ?? {};
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      generateName: `${owner.metadata.name}-`,
      ...(owner.metadata.namespace ? { namespace: owner.metadata.namespace } : {}),
      ...(labels ? { labels: { ...labels } } : {}),
      ...(annotations ? { annotations: { ...annotations } } : {}),
      ...(finalizers ? { finalizers: [...finalizers] } : {}),
      ownerReferences: [controllerReference(ownerKind, owner)],
    },
    spec: structuredClone(template.spec),
  };
}
