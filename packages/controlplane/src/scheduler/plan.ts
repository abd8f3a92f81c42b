import { parseQuantity } from '@slipway/api';
import { type Node, type Pod, podAmounts, type Usage } from '@slipway/kinds';

type Toleration = NonNullable<Pod['spec']['tolerations']>[number];
type Taint = NonNullable<NonNullable<Node['spec']>['taints']>[number];
type Term = { matchExpressions?: Expression[]; matchFields?: Expression[] };
interface Expression {
  key: string;
  operator: string;
  values?: string[];
}
interface Affinity {
  nodeAffinity?: { requiredDuringSchedulingIgnoredDuringExecution?: { nodeSelectorTerms?: Term[] } };
  podAffinity?: { requiredDuringSchedulingIgnoredDuringExecution?: unknown[] };
  podAntiAffinity?: { requiredDuringSchedulingIgnoredDuringExecution?: unknown[] };
}

export type Placement = { node: string } | { reasons: string[] };

/** The node a pod goes to, or why none fits, each reason with its count of nodes. `bound` are pods that hold resources. */
export function place(pod: Pod, nodes: Node[], bound: Pod[]): Placement {
  const refusals = new Map<string, number>();
  let best: { node: string; free: number } | undefined;
  for (const node of nodes) {
    const here = bound.filter(other => other.spec.nodeName === node.metadata.name);
    const reasons = whyNot(pod, node, here);
    for (const reason of reasons) refusals.set(reason, (refusals.get(reason) ?? 0) + 1);
    const free = reasons.length === 0 ? freeShare(node, here) : -1;
    if (reasons.length === 0 && free > (best?.free ?? -1)) best = { node: node.metadata.name ?? '', free };
  }
  if (best) return { node: best.node };
  return { reasons: [...refusals].map(([reason, count]) => `${count} ${reason}`).sort() };
}

/** The event and condition of a pod that fits nowhere, in upstream's words (framework.FitError). */
export function unschedulableMessage(nodeCount: number, reasons: string[]): string {
  if (nodeCount === 0) return 'no nodes available to schedule pods';
  return `0/${nodeCount} nodes are available: ${reasons.join(', ')}. no new claims to deallocate, preemption: 0/${nodeCount} nodes are available: ${nodeCount} Preemption is not helpful for scheduling.`;
}

function whyNot(pod: Pod, node: Node, here: Pod[]): string[] {
  const { spec } = pod;
  const tolerations = spec.tolerations ?? [];
  if (node.spec?.unschedulable && !tolerations.some(one => tolerates(one, UNSCHEDULABLE)))
    return ['node(s) were unschedulable'];
  if (!matchesSelector(pod, node)) return ["node(s) didn't match Pod's node affinity/selector"];
  const taint = (node.spec?.taints ?? []).find(
    one => one.effect !== 'PreferNoSchedule' && !tolerations.some(toleration => tolerates(toleration, one)),
  );
  if (taint) return [`node(s) had untolerated taint(s)`];
  if (portsOf(pod).some(port => here.some(other => portsOf(other).includes(port)))) {
    return ["node(s) didn't have free ports for the requested pod ports"];
  }
  return insufficient(pod, node, here);
}

const UNSCHEDULABLE: Taint = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' };

/** Upstream's `ToleratesTaint`. */
export function tolerates(
  { key, operator = 'Equal', value = '', effect }: Toleration,
  taint: Taint,
): boolean {
  if (effect && effect !== taint.effect) return false;
  if (key && key !== taint.key) return false;
  if (operator === 'Exists') return true;
  return key !== undefined && key !== '' && value === (taint.value ?? '');
}

/** nodeSelector and the required node affinity, both. */
export function matchesSelector(pod: Pod, node: Node): boolean {
  const labels = node.metadata.labels ?? {};
  const selected = Object.entries(pod.spec.nodeSelector ?? {}).every(([key, value]) => labels[key] === value);
  const { affinity } = pod.spec as { affinity?: Affinity };
  const terms = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  return selected && (terms === undefined || terms.some(term => matchesTerm(term, node)));
}

function matchesTerm({ matchExpressions = [], matchFields = [] }: Term, node: Node): boolean {
  if (matchExpressions.length + matchFields.length === 0) return false;
  const labels = node.metadata.labels ?? {};
  return (
    matchExpressions.every(one => holds(one, labels[one.key])) &&
    matchFields.every(one => one.key === 'metadata.name' && holds(one, node.metadata.name))
  );
}

function holds({ operator, values = [] }: Expression, value: string | undefined): boolean {
  if (operator === 'Exists') return value !== undefined;
  if (operator === 'DoesNotExist') return value === undefined;
  if (operator === 'In') return value !== undefined && values.includes(value);
  if (operator === 'NotIn') return value === undefined || !values.includes(value);
  const [a, b] = [Number(value), Number(values[0])];
  return operator === 'Gt' ? a > b : a < b;
}

function portsOf({ spec }: Pod): string[] {
  return spec.containers.flatMap(container =>
    (container.ports ?? []).flatMap(({ hostPort, protocol = 'TCP' }) =>
      hostPort ? [`${protocol}/${hostPort}`] : [],
    ),
  );
}

function insufficient(pod: Pod, node: Node, here: Pod[]): string[] {
  const allocatable = node.status?.allocatable ?? {};
  const limit = (name: string) =>
    allocatable[name] === undefined ? undefined : parseQuantity(allocatable[name]);
  const reasons: string[] = [];
  const mostPods = limit('pods');
  if (mostPods !== undefined && BigInt(here.length + 1) * 1000n > mostPods) reasons.push('Too many pods');
  const wanted = podAmounts(pod, 'requests');
  const used = usedBy(here);
  for (const [name, amount] of Object.entries(wanted)) {
    if (amount === 0n) continue;
    if ((used[name] ?? 0n) + amount > (limit(name) ?? 0n)) reasons.push(`Insufficient ${name}`);
  }
  return reasons;
}

function usedBy(pods: Pod[]): Usage {
  const used: Usage = {};
  for (const pod of pods) {
    for (const [name, amount] of Object.entries(podAmounts(pod, 'requests')))
      used[name] = (used[name] ?? 0n) + amount;
  }
  return used;
}

/** How much of a node is free, 0 to 1: the emptiest is chosen. */
function freeShare(node: Node, here: Pod[]): number {
  const used = usedBy(here);
  const shares = ['cpu', 'memory'].map(name => {
    const whole = Number(parseQuantity(node.status?.allocatable?.[name] ?? '0'));
    return whole === 0 ? 0 : 1 - Number(used[name] ?? 0n) / whole;
  });
  return Math.max(0, (shares[0] ?? 0) / 2 + (shares[1] ?? 0) / 2);
}

/** What the pod asks of placement that this scheduler cannot do; it is refused rather than ignored. */
export function unsupportedConstraints({ spec }: Pod): string[] {
  const { affinity, topologySpreadConstraints } = spec as {
    affinity?: Affinity;
    topologySpreadConstraints?: { whenUnsatisfiable?: string }[];
  };
  const required = (which: 'podAffinity' | 'podAntiAffinity') =>
    affinity?.[which]?.requiredDuringSchedulingIgnoredDuringExecution?.length
      ? [`spec.affinity.${which}.requiredDuringSchedulingIgnoredDuringExecution`]
      : [];
  const claims = (spec.volumes ?? []).flatMap(volume =>
    volume.persistentVolumeClaim || volume.ephemeral
      ? [`spec.volumes "${volume.name}": nothing provisions volumes here yet`]
      : [],
  );
  const spread = topologySpreadConstraints?.some(one => one.whenUnsatisfiable === 'DoNotSchedule');
  return [
    ...claims,
    ...required('podAffinity'),
    ...required('podAntiAffinity'),
    ...(spread ? ['spec.topologySpreadConstraints with whenUnsatisfiable=DoNotSchedule'] : []),
  ];
}
