import type { ContainerStatus, Pod } from '@slipway/kinds';
import { type NodePhase, type NodeStatus, type Outputs, type Template, textOf } from '../model.ts';
import { type Execution, newNode } from './execution.ts';
import { podNameOf } from './names.ts';
import { exportGlobals } from './outputs.ts';
import { buildPod } from './pod.ts';
import { findNode, markNode, type PodOutcome, type Run, wakeAt } from './run.ts';

const OUTPUT_GONE = 'pod deleted';

/** A template that runs as one pod; the node follows what becomes of it (executeContainer, assessNodeStatus). */
export function executePod(run: Run, execution: Execution): NodeStatus {
  const { nodeName, templateName } = execution;
  const existing = findNode(run, nodeName);
  const pod = run.world.pods.get(podNameOf(run.name, nodeName, templateName));
  if (!pod) return request(run, execution, existing);
  const node = existing ?? newNode(run, execution, 'Pod', 'Pending');
  assess(run, execution.template, node, pod);
  return node;
}

function request(run: Run, execution: Execution, existing: NodeStatus | undefined): NodeStatus {
  if (existing?.phase === 'Running' && !existing.message?.startsWith('Waiting for')) {
    return markNode(run, existing, 'Error', OUTPUT_GONE);
  }
  const pod = buildPod(run, execution);
  const node = existing ?? newNode(run, execution, 'Pod', 'Pending');
  const refusal = run.world.refused.get(node.id);
  if (refusal) return markNode(run, node, 'Error', refusal);
  run.pods.push({ ...pod, nodeId: node.id });
  return node;
}

function assess(run: Run, template: Template, node: NodeStatus, pod: Pod): void {
  const { status } = pod;
  if (pod.spec.nodeName) node.hostNodeName = pod.spec.nodeName;
  if (status?.podIP) node.podIP = status.podIP;
  const main = (status?.containerStatuses ?? []).find(container => container.name === 'main');
  switch (status?.phase) {
    case 'Succeeded':
      finish(run, template, node, pod, main);
      return;
    case 'Failed':
      failed(run, template, node, pod, main);
      return;
    case 'Running':
      running(run, template, node, pod);
      return;
    default:
      node.phase = 'Pending';
      setMessage(node, waitingReason(status?.containerStatuses, status?.initContainerStatuses));
      enforceDeadline(run, template, node);
  }
}

function running(run: Run, template: Template, node: NodeStatus, pod: Pod): void {
  node.phase = 'Running';
  delete node.message;
  const ready = pod.status?.containerStatuses?.every(container => container.ready) ?? false;
  if (template.daemon && ready) {
    node.daemoned = true;
    return;
  }
  endAbandoned(run, node, pod);
  enforceDeadline(run, template, node);
}

const WAIT_FOR_OUTPUTS_MS = 30_000;

/** `wait` learns of the end of `main` from its wrapper; a killed wrapper says nothing, and nobody would end the pod. */
function endAbandoned(run: Run, node: NodeStatus, pod: Pod): void {
  const statuses = pod.status?.containerStatuses ?? [];
  const main = statuses.find(container => container.name === 'main');
  const ended = Date.parse(main?.state?.terminated?.finishedAt ?? '');
  if (
    Number.isNaN(ended) ||
    !statuses.some(container => container.name === 'wait' && container.state?.running)
  )
    return;
  wakeAt(run, ended + WAIT_FOR_OUTPUTS_MS);
  if (run.world.now < ended + WAIT_FOR_OUTPUTS_MS) return;
  run.stops.add(pod.metadata.name ?? '');
  markNode(run, node, 'Failed', (main && failureText(main)) ?? 'main: outputs were not delivered in time');
}

/** The kubelet ends the pod at its deadline too; this engine does not rely on it. */
function enforceDeadline(run: Run, template: Template, node: NodeStatus): void {
  const seconds = Number(textOf(template.activeDeadlineSeconds));
  if (template.activeDeadlineSeconds === undefined || Number.isNaN(seconds)) return;
  const deadline = Date.parse(node.startedAt ?? '') + seconds * 1000;
  if (run.world.now < deadline) {
    wakeAt(run, deadline);
    return;
  }
  run.stops.add(podNameOf(run.name, node.name, node.templateName ?? node.templateRef?.template ?? ''));
  markNode(run, node, 'Failed', 'Pod was active on the node longer than the specified deadline');
}

function setMessage(node: NodeStatus, message: string | undefined): void {
  delete node.message;
  if (message) node.message = message;
}

function waitingReason(...lists: (ContainerStatus[] | undefined)[]): string | undefined {
  for (const status of lists.flatMap(list => list ?? [])) {
    const waiting = status.state?.waiting;
    if (!waiting?.reason) continue;
    return waiting.message ? `${waiting.reason}: ${waiting.message}` : waiting.reason;
  }
  return undefined;
}

function finish(
  run: Run,
  template: Template,
  node: NodeStatus,
  pod: Pod,
  main: ContainerStatus | undefined,
): void {
  node.progress = '1/1';
  delete node.daemoned;
  if (!collect(run, template, node, pod, main)) return;
  markNode(run, node, 'Succeeded');
}

function failed(
  run: Run,
  template: Template,
  node: NodeStatus,
  pod: Pod,
  main: ContainerStatus | undefined,
): void {
  if (!collect(run, template, node, pod, main)) return;
  const { phase, message } = failureOf(pod);
  delete node.daemoned;
  markNode(run, node, phase, message);
}

/** False while the outcome has still to be gathered: the node then stays as it is. */
function collect(
  run: Run,
  template: Template,
  node: NodeStatus,
  pod: Pod,
  main: ContainerStatus | undefined,
): boolean {
  const outcome = run.world.outcomes.get(node.id);
  if (!outcome) {
    node.phase = 'Running';
    return false;
  }
  const exitCode = main?.state?.terminated?.exitCode;
  const outputs = outputsOf(run, template, outcome, pod.status?.phase === 'Succeeded');
  if (exitCode !== undefined) outputs.exitCode = String(exitCode);
  if (Object.keys(outputs).length > 0) node.outputs = outputs;
  exportGlobals(run, node.outputs);
  delete node.message;
  if (!outcome.error || pod.status?.phase !== 'Succeeded') return true;
  markNode(run, node, 'Error', outcome.error);
  return false;
}

function outputsOf(run: Run, template: Template, outcome: PodOutcome, succeeded: boolean): Outputs {
  const parameters = (template.outputs?.parameters ?? []).flatMap(({ name, globalName, valueFrom }) => {
    const value = outcome.parameters[name] ?? (succeeded ? textOf(valueFrom?.default) : undefined);
    return value === undefined ? [] : [{ name, ...(globalName ? { globalName } : {}), value }];
  });
  const artifacts = (template.outputs?.artifacts ?? []).flatMap(({ name, path, globalName }) => {
    const stored = outcome.artifacts[name];
    return stored
      ? [{ ...stored, name, ...(path ? { path } : {}), ...(globalName ? { globalName } : {}) }]
      : [];
  });
  return {
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(artifacts.length > 0 ? { artifacts } : {}),
    ...(outcome.result !== undefined && wantsResult(run, template) ? { result: outcome.result } : {}),
  };
}

/** A script always has a result; a container only where somebody refers to one, as upstream. */
function wantsResult(run: Run, template: Template): boolean {
  return (
    template.script !== undefined ||
    JSON.stringify([run.spec, run.status.storedTemplates]).includes('outputs.result')
  );
}

/** The node was lost with what ran on it: nobody knows how the step would have ended, so `OnError` may retry it. */
const LOST = 'ContainerStatusUnknown';

/** Why a pod failed, the way upstream says it (inferFailedReason). */
function failureOf(pod: Pod): { phase: NodePhase; message: string } {
  const { status } = pod;
  if (status?.message) return { phase: 'Failed', message: status.message };
  for (const container of status?.initContainerStatuses ?? []) {
    const message = failureText(container);
    if (message) return { phase: 'Error', message };
  }
  const containers = status?.containerStatuses ?? [];
  const order = ['main', 'wait'];
  const rank = ({ name }: ContainerStatus) => (order.indexOf(name) + 3) % 3;
  for (const container of containers.toSorted((a, b) => rank(a) - rank(b))) {
    const message = failureText(container);
    if (!message) continue;
    const lost = container.name === 'wait' || container.state?.terminated?.reason === LOST;
    return { phase: lost ? 'Error' : 'Failed', message };
  }
  return { phase: 'Failed', message: status?.reason ?? 'pod failed for unknown reason' };
}

function failureText({ name, state }: ContainerStatus): string | undefined {
  const terminated = state?.terminated;
  if (!terminated || terminated.exitCode === 0) return undefined;
  const text = `${name}: ${terminated.reason ?? 'Error'} (exit code ${terminated.exitCode})`;
  return terminated.message ? `${text}: ${terminated.message}` : text;
}
