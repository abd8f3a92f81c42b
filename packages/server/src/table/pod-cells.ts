import { age, type Cells, count, get, list, name, since, text, truth } from './cell.ts';

/** What a pod's row says of its containers. */
interface Summary {
  reason: string;
  ready: number;
  restarts: number;
  /** When a container was last restarted; empty when none was. */
  restarted: string;
}

/** READY, STATUS and RESTARTS by upstream's rules (printers/internalversion/printers.go, printPod). */
export function podCells(pod: unknown, now: number): Cells {
  const summary = summarize(pod);
  const restarts = summary.restarts !== 0 && summary.restarted !== '';
  return [
    name(pod),
    `${summary.ready}/${list(pod, 'spec.containers').length + sidecars(pod).size}`,
    finalReason(pod, summary.reason),
    restarts ? `${summary.restarts} (${since(summary.restarted, now)} ago)` : String(summary.restarts),
    age(pod, now),
    text(list(pod, 'status.podIPs')[0], 'ip', '<none>'),
    text(pod, 'spec.nodeName', '<none>'),
    text(pod, 'status.nominatedNodeName', '<none>'),
    readinessGates(pod),
  ];
}

/** Names of init containers that keep running beside the others. */
function sidecars(pod: unknown): Set<string> {
  const all = list(pod, 'spec.initContainers').filter(each => get(each, 'restartPolicy') === 'Always');
  return new Set(all.map(each => text(each, 'name')));
}

function summarize(pod: unknown): Summary {
  const phase = text(pod, 'status.phase');
  const gated = condition(pod, 'PodScheduled', found => get(found, 'reason') === 'SchedulingGated');
  const reason = gated ? 'SchedulingGated' : text(pod, 'status.reason', phase);
  const init = summarizeInit(pod, reason);
  const initialized = condition(pod, 'Initialized', isTrue);
  if (init.initializing && !initialized) return init.all;
  return summarizeContainers(pod, init.sidecars, init.all.reason);
}

function isTrue(found: unknown): boolean {
  return get(found, 'status') === 'True';
}

function condition(pod: unknown, type: string, holds: (found: unknown) => boolean): boolean {
  return list(pod, 'status.conditions').some(found => get(found, 'type') === type && holds(found));
}

function summarizeInit(
  pod: unknown,
  before: string,
): { initializing: boolean; all: Summary; sidecars: Summary } {
  const running = sidecars(pod);
  const all: Summary = { reason: before, ready: 0, restarts: 0, restarted: '' };
  const kept: Summary = { ...all };
  for (const [index, status] of list(pod, 'status.initContainerStatuses').entries()) {
    const isSidecar = running.has(text(status, 'name'));
    addRestarts(all, status);
    if (isSidecar) addRestarts(kept, status);
    if (get(status, 'state.terminated') !== undefined && count(status, 'state.terminated.exitCode') === 0) {
      continue;
    }
    if (isSidecar && truth(status, 'started')) {
      if (truth(status, 'ready')) kept.ready = ++all.ready;
      continue;
    }
    all.reason = initReason(status, `${index}/${list(pod, 'spec.initContainers').length}`);
    return { initializing: true, all, sidecars: kept };
  }
  return { initializing: false, all, sidecars: kept };
}

function addRestarts(summary: Summary, status: unknown): void {
  summary.restarts += count(status, 'restartCount');
  const finished = text(status, 'lastState.terminated.finishedAt');
  if (finished > summary.restarted) summary.restarted = finished;
}

function initReason(status: unknown, progress: string): string {
  const terminated = get(status, 'state.terminated');
  if (terminated !== undefined) return `Init:${endReason(terminated)}`;
  const waiting = text(status, 'state.waiting.reason');
  return waiting !== '' && waiting !== 'PodInitializing' ? `Init:${waiting}` : `Init:${progress}`;
}

function endReason(terminated: unknown): string {
  const signal = count(terminated, 'signal');
  const bare = signal !== 0 ? `Signal:${signal}` : `ExitCode:${count(terminated, 'exitCode')}`;
  return text(terminated, 'reason', bare);
}

function summarizeContainers(pod: unknown, sidecarsOnly: Summary, before: string): Summary {
  const summary: Summary = { ...sidecarsOnly, reason: before };
  let running = false;
  let failure = '';
  for (const status of list(pod, 'status.containerStatuses').toReversed()) {
    addRestarts(summary, status);
    const waiting = text(status, 'state.waiting.reason');
    const terminated = get(status, 'state.terminated');
    const runs = truth(status, 'ready') && get(status, 'state.running') !== undefined;
    if (waiting !== '') summary.reason = waiting;
    if (waiting === '' && terminated !== undefined) {
      summary.reason = endReason(terminated);
      if (count(terminated, 'exitCode') !== 0) failure = summary.reason;
    }
    if (waiting !== '' || terminated !== undefined || !runs) continue;
    running = true;
    summary.ready++;
  }
  if (summary.reason === 'Completed') summary.reason = afterCompleted(pod, running, failure);
  return summary;
}

/** A pod is not completed while one of its containers runs or when one of them failed. */
function afterCompleted(pod: unknown, running: boolean, failure: string): string {
  if (running && condition(pod, 'Ready', isTrue)) return 'Running';
  if (failure !== '') return failure;
  return running ? 'NotReady' : 'Completed';
}

function finalReason(pod: unknown, reason: string): string {
  if (get(pod, 'metadata.deletionTimestamp') === undefined) return reason;
  if (text(pod, 'status.reason') === 'NodeLost') return 'Unknown';
  return ['Succeeded', 'Failed'].includes(text(pod, 'status.phase')) ? reason : 'Terminating';
}

function readinessGates(pod: unknown): string {
  const gates = list(pod, 'spec.readinessGates');
  if (gates.length === 0) return '<none>';
  const open = gates.filter(gate => condition(pod, text(gate, 'conditionType'), isTrue));
  return `${open.length}/${gates.length}`;
}

/** What a row says beside its cells: kubectl can leave out pods that are done. */
export function podRowConditions(pod: unknown): unknown[] | undefined {
  const phase = text(pod, 'status.phase');
  const messages: Record<string, string> = {
    Succeeded: 'The pod has completed successfully.',
    Failed: 'The pod failed.',
  };
  const message = messages[phase];
  return message ? [{ type: 'Completed', status: 'True', reason: phase, message }] : undefined;
}
