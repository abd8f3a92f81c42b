import { hasReason, keyOf, type Stored, systemClock, timestamp } from '@slipway/api';
import { type Client, mutate } from '@slipway/client';
import { Node, Pod, type PodStatus } from '@slipway/kinds';
import { controller, done, type Runtime } from '@slipway/runtime';

export interface FakeKubeletOptions {
  /** How a pod's main container ends: an exit code, or undefined while it runs. */
  exitCode?: (pod: Pod) => number | undefined;
  /** Whether a running pod is ready; default yes. */
  ready?: (pod: Pod) => boolean;
}

/** Tests' node: pods bound to it look alive at once, and are gone when deleted. Nothing is run. */
export async function addFakeNode(
  runtime: Runtime,
  client: Client,
  options: FakeKubeletOptions = {},
): Promise<void> {
  let address = 1;
  const reconcile = async (pod: Stored<Pod>) => {
    if (!pod.spec.nodeName) return done;
    if (pod.metadata.deletionTimestamp) {
      const removal = { gracePeriodSeconds: 0, preconditions: { uid: pod.metadata.uid } };
      await client.delete(Pod, keyOf(pod), removal).catch(ignoreMissing);
      return done;
    }
    const podIP = pod.status?.podIP ?? `10.244.${address >> 8}.${address++ & 255}`;
    const status = statusOf(pod, podIP, options);
    if (!status || sameStatus(pod.status, status)) return done;
    await client
      .patch(Pod, keyOf(pod), { type: 'merge', body: { status } }, { subresource: 'status' })
      .catch(ignoreMissing);
    return done;
  };
  runtime.add([controller<Pod>({ name: 'fake-kubelet', kind: Pod, reconcile })]);
  const allocatable = { cpu: '4', memory: '8Gi', pods: '110' };
  const lastTransitionTime = timestamp(systemClock.now());
  const ready = {
    type: 'Ready',
    status: 'True' as const,
    reason: 'KubeletReady',
    message: '',
    lastTransitionTime,
  };
  const node: Node = {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: 'node' },
    spec: {},
    status: { allocatable, capacity: allocatable, conditions: [ready] },
  };
  await client.create(Node, node);
  // A real server taints a node until its controller manager has seen it ready.
  await mutate(client, Node, { name: 'node' }, draft => {
    draft.spec = {};
  });
}

function statusOf(pod: Pod, podIP: string, { exitCode, ready }: FakeKubeletOptions): PodStatus | undefined {
  if (pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed') return undefined;
  const code = exitCode?.(pod);
  const isReady = code === undefined && (ready?.(pod) ?? true);
  const phase = code === undefined ? 'Running' : code === 0 ? 'Succeeded' : 'Failed';
  const time = timestamp(systemClock.now());
  const before = pod.status?.conditions?.find(condition => condition.type === 'Ready');
  const state = isReady ? 'True' : 'False';
  const since = before?.status === state ? before.lastTransitionTime : time;
  const scheduled = (pod.status?.conditions ?? []).filter(condition => condition.type === 'PodScheduled');
  return {
    phase,
    podIP,
    podIPs: [{ ip: podIP }],
    conditions: [...scheduled, { type: 'Ready', status: state, lastTransitionTime: since ?? time }],
    containerStatuses: pod.spec.containers.map(container => ({
      name: container.name,
      ready: isReady,
      restartCount: 0,
      image: container.image ?? '',
      imageID: '',
      state:
        code === undefined
          ? { running: { startedAt: time } }
          : { terminated: { exitCode: code, finishedAt: time } },
    })),
  };
}

function sameStatus(a: PodStatus | undefined, b: PodStatus): boolean {
  return a !== undefined && a.phase === b.phase && isReady(a) === isReady(b);
}

function isReady(status: PodStatus): boolean {
  return (
    status.conditions?.some(condition => condition.type === 'Ready' && condition.status === 'True') ?? false
  );
}

function ignoreMissing(error: unknown): void {
  if (!hasReason(error, 'NotFound', 'Conflict')) throw error;
}
