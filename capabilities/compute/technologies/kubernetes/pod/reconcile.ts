import { type Key, keyText, type Stored } from '@slipway/api';
import type { Pod } from '@slipway/kinds';
import type { PodNode } from './pod-node.ts';
import type { PodState } from './pod-state.ts';
import { openPodWorker, type PodWorker } from './worker.ts';

/** The pods of this node: one worker each. */
export interface Pods {
  /** Takes in the newest object of any pod; those of other nodes are left alone. */
  take(pod: Stored<Pod>): Promise<void>;
  removed(key: Key): Promise<void>;
  stateOf(key: Key): PodState | undefined;
  /** An object that volumes may show, or containers wait for, has changed. */
  changed(kind: 'configMap' | 'secret', key: Key): void;
  stop(): Promise<void>;
}

export function createPods(surroundings: Omit<PodNode, 'others'>): Pods {
  const workers = new Map<string, PodWorker>();
  const node: PodNode = { ...surroundings, others: () => [...workers.values()].map(({ state }) => state) };
  const remove = async (id: string) => {
    const worker = workers.get(id);
    workers.delete(id);
    await worker?.removed();
  };
  return {
    take: async pod => {
      const id = keyText({ namespace: pod.metadata.namespace ?? '', name: pod.metadata.name });
      const known = workers.get(id);
      // Another pod of that name: the one before is gone, although nobody said so.
      if (known && known.state.uid !== pod.metadata.uid) await remove(id);
      if (pod.spec.nodeName !== node.facts.nodeName) return;
      const worker = workers.get(id) ?? openPodWorker(node, pod);
      workers.set(id, worker);
      worker.update(pod);
    },
    removed: key => remove(keyText(key)),
    stateOf: key => workers.get(keyText(key))?.state,
    changed: (kind, key) => {
      for (const worker of workers.values()) {
        const { pod } = worker.state;
        if (pod.metadata.namespace !== key.namespace) continue;
        worker.reconsider();
        if (shows(pod, kind, key.name)) worker.refresh();
      }
    },
    stop: async () => {
      await Promise.all([...workers.values()].map(worker => worker.stop()));
      workers.clear();
    },
  };
}

function shows(pod: Pod, kind: 'configMap' | 'secret', name: string): boolean {
  return (pod.spec.volumes ?? []).some(volume => {
    const sources = [volume, ...(volume.projected?.sources ?? [])];
    return sources.some(source => {
      const found = kind === 'configMap' ? source.configMap : source.secret;
      if (!found) return false;
      return ('secretName' in found ? found.secretName : 'name' in found ? found.name : undefined) === name;
    });
  });
}
