import type { PodSpec } from '@slipway/kinds';
import { type AdmissionPlugin, newPod } from './plugin.ts';

const KEYS = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'];
const SECONDS = 300;

type Toleration = NonNullable<PodSpec['tolerations']>[number];

/** A pod stays five minutes on a node that does not answer, unless it says otherwise. */
export const defaultTolerations: AdmissionPlugin = {
  name: 'DefaultTolerationSeconds',
  mutate: call => {
    const pod = newPod(call);
    if (!pod) return undefined;
    const present = pod.spec.tolerations ?? [];
    const missing = KEYS.filter(key => !present.some(toleration => covers(toleration, key)));
    const added = missing.map(key => ({
      key,
      operator: 'Exists',
      effect: 'NoExecute',
      tolerationSeconds: SECONDS,
    }));
    return { ...pod, spec: { ...pod.spec, tolerations: [...present, ...added] } };
  },
};

function covers(toleration: Toleration, key: string): boolean {
  return (
    (!toleration.key || toleration.key === key) && (!toleration.effect || toleration.effect === 'NoExecute')
  );
}
