import type { KubeObject } from '@slipway/api';
import { readObject } from '../authn/read-object.ts';
import type { AdmissionCall } from '../http/seams.ts';
import type { StoreReader } from '../store/store.ts';
import { type AdmissionPlugin, forbidden, isResource, newPod } from './plugin.ts';

interface PriorityClass extends KubeObject {
  value: number;
  globalDefault?: boolean;
  preemptionPolicy?: string;
}

const RESOURCE = 'scheduling.k8s.io/priorityclasses';

/** Turns a pod's class name into its number; at most one class may be the default of all. */
export function priorityPlugin(store: StoreReader): AdmissionPlugin {
  return {
    name: 'Priority',
    mutate: call => {
      const pod = newPod(call);
      if (!pod) return undefined;
      const found = classOf(store, call, pod.spec.priorityClassName);
      const priority = found?.value ?? 0;
      const { priority: given } = pod.spec;
      if (given !== undefined && given !== priority) {
        throw forbidden(
          call,
          `the integer value of priority (${given}) must not be provided in pod spec; priority admission controller computed ${priority} from the given PriorityClass name`,
        );
      }
      const name = pod.spec.priorityClassName || found?.metadata.name;
      const preemptionPolicy = found?.preemptionPolicy ?? 'PreemptLowerPriority';
      return {
        ...pod,
        spec: { ...pod.spec, priority, preemptionPolicy, ...(name ? { priorityClassName: name } : {}) },
      } as KubeObject;
    },
    validate: call => {
      const wanted = call.object as PriorityClass | undefined;
      if (!isResource(call, 'scheduling.k8s.io', 'priorityclasses') || !wanted?.globalDefault) return;
      const present = defaultClass(store);
      if (!present || present.metadata.name === wanted.metadata.name) return;
      throw forbidden(
        call,
        `PriorityClass ${present.metadata.name} is already marked as default. Only one default can exist`,
      );
    },
  };
}

function classOf(
  store: StoreReader,
  call: AdmissionCall,
  name: string | undefined,
): PriorityClass | undefined {
  if (!name) return defaultClass(store);
  const found = readObject<PriorityClass>(store, RESOURCE, undefined, name);
  if (!found) throw forbidden(call, `no PriorityClass with name ${name} was found`);
  return found;
}

function defaultClass(store: StoreReader): PriorityClass | undefined {
  let chosen: PriorityClass | undefined;
  for (const entry of store.snapshot(RESOURCE).entries({ prefix: '' })) {
    const one = JSON.parse(entry.text) as PriorityClass;
    if (one.globalDefault && (!chosen || one.value < chosen.value)) chosen = one;
  }
  return chosen;
}
