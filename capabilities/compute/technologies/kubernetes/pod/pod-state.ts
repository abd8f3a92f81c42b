import { join } from 'node:path';
import type { Container, Pod } from '@slipway/kinds';
import type { PodSandbox, Container as RunningContainer } from '@slipway/sandbox';
import type { ObservedContainer, ObservedPod } from './observed.ts';
import type { PodNode } from './pod-node.ts';

/** A container's present run. */
export interface Run {
  running: RunningContainer;
  /** Aborted when the run is over: ends probes. */
  over: AbortController;
  logFile: string;
  /** Who watches its output live. */
  taps: Set<(stream: 'stdout' | 'stderr', chunk: Uint8Array) => void>;
  /** Resolves when its end has been noted. */
  done: Promise<void>;
}

/** Everything about one pod on this node, shared by what works on it. */
export interface PodState {
  readonly node: PodNode;
  readonly uid: string;
  /** The newest object. */
  pod: Pod;
  observed: ObservedPod;
  sandbox?: PodSandbox;
  runs: Map<string, Run>;
  /** Aborted when the worker ends. */
  readonly stopped: AbortSignal;
  /** Something changed: plan again. */
  poke(): void;
}

export function folderOf({ node, uid }: PodState): string {
  return join(node.podsFolder, uid);
}

export function volumesOf(state: PodState): string {
  return join(folderOf(state), 'volumes');
}

export function logsOf({ node, pod, uid }: Pick<PodState, 'node' | 'pod' | 'uid'>): string {
  return join(node.logsFolder, `${pod.metadata.namespace}_${pod.metadata.name}_${uid}`);
}

export function logFileOf(
  state: Pick<PodState, 'node' | 'pod' | 'uid'>,
  container: string,
  run: number,
): string {
  return join(logsOf(state), container, `${run}.log`);
}

export function observedContainer(state: PodState, container: Container): ObservedContainer {
  const found = state.observed.containers.get(container.name);
  if (!found) throw new Error(`pod ${state.pod.metadata.name}: no container ${container.name}`);
  return found;
}
