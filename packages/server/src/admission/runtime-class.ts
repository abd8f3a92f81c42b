import type { KubeObject } from '@slipway/api';
import { readObject } from '../authn/read-object.ts';
import type { StoreReader } from '../store/store.ts';
import { type AdmissionPlugin, forbidden, newPod } from './plugin.ts';

interface RuntimeClass extends KubeObject {
  overhead?: { podFixed?: Record<string, string> };
  scheduling?: { nodeSelector?: Record<string, string>; tolerations?: object[] };
}

type Classed = KubeObject & { spec?: { runtimeClassName?: string } };

/** A pod's RuntimeClass must be there; the pod takes its overhead, and goes to nodes that have it. */
export function runtimeClass(store: StoreReader): AdmissionPlugin {
  return {
    name: 'RuntimeClass',
    mutate: call => {
      const name = (call.object as Classed | undefined)?.spec?.runtimeClassName;
      const pod = name ? newPod(call) : undefined;
      if (!pod || !name) return undefined;
      const found = readObject<RuntimeClass>(store, 'node.k8s.io/runtimeclasses', undefined, name);
      if (!found) throw forbidden(call, `pod rejected: RuntimeClass "${name}" not found`);
      const { overhead, scheduling } = found;
      const { nodeSelector, tolerations } = pod.spec as { nodeSelector?: object; tolerations?: object[] };
      Object.assign(pod.spec, {
        ...(overhead?.podFixed ? { overhead: overhead.podFixed } : {}),
        ...(scheduling?.nodeSelector
          ? { nodeSelector: { ...nodeSelector, ...scheduling.nodeSelector } }
          : {}),
        ...(scheduling?.tolerations
          ? { tolerations: [...(tolerations ?? []), ...scheduling.tolerations] }
          : {}),
      });
      return pod;
    },
  };
}
