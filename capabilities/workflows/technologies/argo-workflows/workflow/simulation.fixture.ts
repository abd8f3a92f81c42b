// Support for tests: runs plans against a world in memory, with a rule in place of a kubelet.
import { type KubeObject, timestamp } from '@slipway/api';
import type { Pod } from '@slipway/kinds';
import { parseYaml } from '@slipway/render';
import {
  ANNOTATION,
  type ArgoTemplate,
  type ArgoWorkflow,
  type Artifact,
  type PodRequest,
} from '../model.ts';
import { createLockTable, locksOf } from './locks.ts';
import { isCompleted, planWorkflow } from './plan.ts';
import {
  NeedsConfigMap,
  type PodOutcome,
  type ResourceOutcome,
  type ResourceRequest,
  type World,
} from './run.ts';

/** What a pod does in a simulation. */
export interface PodBehaviour {
  exitCode?: number;
  result?: string;
  parameters?: Record<string, string>;
  artifacts?: Record<string, Artifact>;
  /** Keeps running: a daemon, or something that a deadline has to end. */
  runs?: boolean;
}

export interface SimulationOptions {
  behave(pod: PodRequest): PodBehaviour;
  resource?(request: ResourceRequest): ResourceOutcome;
  templates?: ArgoTemplate[];
  configMaps?: Record<string, Record<string, string>>;
  /** Called between passes; may change the workflow (resume a suspended node, ask for a stop). */
  between?(workflow: ArgoWorkflow): void;
  /** Passes after which the simulation gives up; default 300. */
  passes?: number;
}

export interface Simulation {
  workflow: ArgoWorkflow;
  /** Every pod in order of creation. */
  pods: PodRequest[];
  stopped: string[];
  passes: number;
}

const START = Date.UTC(2026, 0, 1);

/** A workflow from YAML, as the API would hold it right after its creation. */
export function workflowFrom(yaml: string): ArgoWorkflow {
  const object = parseYaml(yaml, 'workflow')[0]?.value as KubeObject & ArgoWorkflow;
  // The API cuts a generateName so that the whole has 63 characters at most.
  const name = object.metadata.name ?? `${(object.metadata.generateName ?? 'wf-').slice(0, 58)}abcde`;
  const metadata = {
    namespace: 'default',
    uid: 'uid-1',
    creationTimestamp: timestamp(START),
    ...object.metadata,
    name,
  };
  return { ...object, metadata };
}

/** Runs a workflow to its end, or until nothing moves any longer. */
export function simulate(start: ArgoWorkflow, options: SimulationOptions): Simulation {
  const simulation: Simulation = { workflow: structuredClone(start), pods: [], stopped: [], passes: 0 };
  const { workflow } = simulation;
  const locks = createLockTable();
  const resources = new Map<string, ResourceOutcome>();
  const outcomes = new Map<string, PodOutcome>();
  const pods = new Map<string, Pod>();
  const configMaps = new Map(
    Object.entries(options.configMaps ?? {}).map(([name, data]) => [
      name,
      data as Record<string, string> | null,
    ]),
  );
  let now = START;
  for (
    ;
    simulation.passes < (options.passes ?? 300) && !isCompleted(workflow.status?.phase);
    simulation.passes++
  ) {
    const world: World = {
      now,
      pods,
      outcomes,
      refused: new Map(),
      resources,
      configMaps,
      template: ({ name, clusterScope }) =>
        options.templates?.find(
          ({ kind, metadata }) =>
            metadata.name === name && (kind === 'ClusterWorkflowTemplate') === clusterScope,
        ),
      lock: (holder, source, variables) =>
        locks.acquire(
          holder,
          locksOf(source, {
            namespace: 'default',
            variables,
            now,
            size: ({ configMapKeyRef }) =>
              Number(configMaps.get(configMapKeyRef?.name ?? '')?.[configMapKeyRef?.key ?? ''] ?? 1),
          }),
        ),
      release: holder => locks.release(holder),
    };
    const plan = planned(workflow, world);
    if (!plan) continue;
    Object.assign(workflow, { status: plan.status });
    workflow.metadata.labels = { ...workflow.metadata.labels, ...plan.labels };
    for (const request of plan.pods) {
      simulation.pods.push(request);
      const { pod, outcome } = runPod(request, options.behave(request), now);
      pods.set(request.metadata.name, pod);
      outcomes.set(request.nodeId, outcome);
    }
    for (const name of plan.stops) {
      simulation.stopped.push(name);
      pods.delete(name);
    }
    for (const request of plan.resources)
      resources.set(request.nodeId, options.resource?.(request) ?? { phase: 'Succeeded', parameters: {} });
    options.between?.(workflow);
    now = plan.pods.length + plan.resources.length > 0 ? now + 1000 : Math.max(now + 1000, plan.wakeAt ?? 0);
  }
  return simulation;
}

/** Undefined when a ConfigMap had to be looked up first. */
function planned(workflow: ArgoWorkflow, world: World) {
  try {
    return planWorkflow(workflow, world, {
      url: 'https://workflows.slipway.internal',
      ca: 'CA',
      image: 'host-base',
    });
  } catch (error) {
    if (!(error instanceof NeedsConfigMap)) throw error;
    world.configMaps.set(error.configMap, null);
    return undefined;
  }
}

function runPod(
  request: PodRequest,
  behaviour: PodBehaviour,
  now: number,
): { pod: Pod; outcome: PodOutcome } {
  const { exitCode = 0, result, parameters = {}, artifacts = {}, runs } = behaviour;
  const time = timestamp(now);
  const state = runs
    ? { running: { startedAt: time } }
    : {
        terminated: {
          exitCode,
          reason: exitCode === 0 ? 'Completed' : 'Error',
          startedAt: time,
          finishedAt: time,
        },
      };
  const status = { name: 'main', state, ready: runs === true, restartCount: 0, image: '', imageID: '' };
  const { metadata, spec } = request;
  const phase = runs ? 'Running' : exitCode === 0 ? 'Succeeded' : 'Failed';
  const pod: Pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata,
    spec: { ...spec, nodeName: 'slipway' },
    status: { phase, podIP: '10.244.0.9', containerStatuses: [status] },
  };
  return { pod, outcome: { parameters, artifacts, ...(result === undefined ? {} : { result }) } };
}

/** The node a pod belongs to. */
export function nodeNameOf(pod: PodRequest): string {
  return pod.metadata.annotations?.[ANNOTATION.nodeName] ?? '';
}
