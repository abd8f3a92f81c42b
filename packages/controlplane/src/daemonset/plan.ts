import type { Stored } from '@slipway/api';
import type { Node, Pod } from '@slipway/kinds';
import { scaledValue } from '../deployment/plan.ts';
import { matchesSelector, tolerates } from '../scheduler/plan.ts';
import { REVISION_LABEL } from '../workload/controller-revision.ts';
import { isAvailable, isReady } from '../workload/pod-state.ts';
import { podFrom } from '../workload/pod-template.ts';
import { counted } from '../workload/status.ts';
import { DaemonSet } from './daemonset-kind.ts';

export interface DaemonPlan {
  /** Names of the nodes that lack a pod. */
  create: string[];
  remove: Stored<Pod>[];
}

type Affinity = {
  nodeAffinity?: { requiredDuringSchedulingIgnoredDuringExecution?: { nodeSelectorTerms?: object[] } };
};

/** Taints that a daemon's pod always stands (upstream's AddOrUpdateDaemonPodTolerations). */
const TOLERATIONS = [
  ['not-ready', 'NoExecute'],
  ['unreachable', 'NoExecute'],
  ['disk-pressure', 'NoSchedule'],
  ['memory-pressure', 'NoSchedule'],
  ['pid-pressure', 'NoSchedule'],
  ['unschedulable', 'NoSchedule'],
].map(([name, effect = '']) => ({ key: `node.kubernetes.io/${name}`, operator: 'Exists', effect }));

/** A daemon's pod for one node; the scheduler takes it there by its affinity. */
export function daemonPod(set: DaemonSet, node: string, revision: string): Pod {
  const pod = podFrom(set.spec.template, set, DaemonSet);
  pod.metadata.labels = { ...pod.metadata.labels, [REVISION_LABEL]: revision };
  pod.spec.tolerations = [...(pod.spec.tolerations ?? []), ...TOLERATIONS];
  const { affinity = {} } = pod.spec as { affinity?: Affinity };
  const here = { matchFields: [{ key: 'metadata.name', operator: 'In', values: [node] }] };
  const terms = affinity.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  const nodeSelectorTerms = terms ? terms.map(term => ({ ...term, ...here })) : [here];
  const nodeAffinity = {
    ...affinity.nodeAffinity,
    requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms },
  };
  return { ...pod, spec: { ...pod.spec, affinity: { ...affinity, nodeAffinity } } as Pod['spec'] };
}

/** The node that a pod is on, or is meant for. */
export function nodeOf(pod: Pod): string | undefined {
  if (pod.spec.nodeName) return pod.spec.nodeName;
  const { affinity } = pod.spec as {
    affinity?: {
      nodeAffinity?: {
        requiredDuringSchedulingIgnoredDuringExecution?: {
          nodeSelectorTerms?: { matchFields?: { values?: string[] }[] }[];
        };
      };
    };
  };
  const [term] =
    affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  return term?.matchFields?.[0]?.values?.[0];
}

export function shouldRun(set: DaemonSet, node: Node): boolean {
  const pod = daemonPod(set, node.metadata.name ?? '', '');
  const tolerations = pod.spec.tolerations ?? [];
  const taints = (node.spec?.taints ?? []).filter(taint => taint.effect !== 'PreferNoSchedule');
  return matchesSelector(pod, node) && taints.every(taint => tolerations.some(one => tolerates(one, taint)));
}

/** One pod on each node that should have one; old ones go a few at a time. */
export function planDaemonSet(
  set: DaemonSet,
  options: { pods: Stored<Pod>[]; nodes: Node[]; revision: string; now: number },
): DaemonPlan {
  const { pods, nodes } = options;
  if (set.metadata.deletionTimestamp) return { create: [], remove: [] };
  const plan: DaemonPlan = { create: [], remove: [] };
  const names = new Set(nodes.map(node => node.metadata.name));
  for (const node of nodes) {
    const here = pods.filter(pod => nodeOf(pod) === node.metadata.name && !pod.metadata.deletionTimestamp);
    const ended = here.filter(pod => pod.status?.phase === 'Failed' || pod.status?.phase === 'Succeeded');
    const [kept, ...twice] = here.filter(pod => !ended.includes(pod)).sort(byAge);
    const wanted = shouldRun(set, node);
    plan.remove.push(...ended, ...twice, ...(kept && !wanted ? [kept] : []));
    const leaving = pods.some(pod => nodeOf(pod) === node.metadata.name && pod.metadata.deletionTimestamp);
    if (wanted && !kept && !leaving && ended.length === 0) plan.create.push(node.metadata.name ?? '');
  }
  plan.remove.push(...pods.filter(pod => !pod.metadata.deletionTimestamp && !names.has(nodeOf(pod))));
  plan.remove.push(...outdated(set, options, plan));
  return plan;
}

function byAge(a: Stored<Pod>, b: Stored<Pod>): number {
  return a.metadata.creationTimestamp < b.metadata.creationTimestamp ? -1 : 1;
}

function outdated(
  set: DaemonSet,
  { pods, nodes, revision, now }: { pods: Stored<Pod>[]; nodes: Node[]; revision: string; now: number },
  plan: DaemonPlan,
): Stored<Pod>[] {
  if (set.spec.updateStrategy?.type === 'OnDelete') return [];
  const wanted = nodes.filter(node => shouldRun(set, node)).length;
  const limit = set.spec.updateStrategy?.rollingUpdate?.maxUnavailable ?? 1;
  const most = Math.max(1, scaledValue(limit, wanted, Math.ceil));
  const isFine = (pod: Pod) =>
    !pod.metadata.deletionTimestamp && isAvailable(pod, set.spec.minReadySeconds ?? 0, now);
  const old = pods.filter(
    pod =>
      pod.metadata.labels?.[REVISION_LABEL] !== revision &&
      !pod.metadata.deletionTimestamp &&
      !plan.remove.includes(pod),
  );
  // Old pods that do not work may go at once: they serve nobody.
  const broken = old.filter(pod => !isFine(pod));
  const away = wanted - pods.filter(isFine).length;
  return [...broken, ...old.filter(isFine).slice(0, Math.max(0, most - away))];
}

export function daemonSetStatus(
  set: DaemonSet,
  options: { pods: Pod[]; nodes: Node[]; revision: string; now: number },
): NonNullable<DaemonSet['status']> {
  const { pods, nodes, revision, now } = options;
  const wanted = new Set(nodes.filter(node => shouldRun(set, node)).map(node => node.metadata.name));
  const placed = pods.filter(pod => wanted.has(nodeOf(pod)) && !pod.metadata.deletionTimestamp);
  const ready = placed.filter(isReady);
  const available = ready.filter(pod => isAvailable(pod, set.spec.minReadySeconds ?? 0, now)).length;
  const nodesWith = (some: Pod[]) => new Set(some.map(nodeOf)).size;
  return {
    currentNumberScheduled: nodesWith(placed),
    numberMisscheduled: nodesWith(
      pods.filter(pod => !wanted.has(nodeOf(pod)) && !pod.metadata.deletionTimestamp),
    ),
    desiredNumberScheduled: wanted.size,
    numberReady: nodesWith(ready),
    ...(set.metadata.generation === undefined ? {} : { observedGeneration: set.metadata.generation }),
    ...counted(
      'updatedNumberScheduled',
      nodesWith(placed.filter(pod => pod.metadata.labels?.[REVISION_LABEL] === revision)),
    ),
    ...counted('numberAvailable', available),
    ...counted('numberUnavailable', wanted.size - available),
  };
}
