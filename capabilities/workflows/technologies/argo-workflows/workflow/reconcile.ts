import { hasReason, type Key, messageOf, SlipwayError, StatusError, type Stored } from '@slipway/api';
import type { Client } from '@slipway/client';
import { ConfigMap, Pod } from '@slipway/kinds';
import { type Context, type Controller, done, type Outcome, waitingFor, watching } from '@slipway/runtime';
import type { EngineState } from '../engine-state.ts';
import { ArgoWorkflowKind, ClusterTemplateKind, TemplateKind } from '../kinds.ts';
import { type ArgoWorkflow, LABEL, type PodRequest } from '../model.ts';
import { afterCompletion } from './completed.ts';
import { gatherOutcomes } from './gather.ts';
import { locksOf } from './locks.ts';
import { isCompleted, type Plan, planWorkflow } from './plan.ts';
import { advanceResources, forgetResources } from './resources.ts';
import { NeedsConfigMap, type World } from './run.ts';

/** Runs Workflows: plan, create pods, write the status; a change of a pod brings it back at once. */
export function workflowController(engine: EngineState): Controller<ArgoWorkflow> {
  return {
    name: 'argo-workflows',
    kind: ArgoWorkflowKind,
    concurrency: 8,
    watches: [
      watching({ kind: Pod, keysOf: workflowOf }),
      watching({ kind: TemplateKind, keysOf: () => [] }),
      watching({ kind: ClusterTemplateKind, keysOf: () => [] }),
    ],
    reconcile: (workflow, context) => reconcileWorkflow(engine, workflow, context),
    removed: async (key, context) => {
      const present = context.cache(ArgoWorkflowKind).get(key);
      engine.locks.releaseAll(`${key.namespace ?? ''}/${key.name}/`);
      await engine.files.remove(key.namespace ?? '', key.name, present?.metadata.uid);
    },
  };
}

function workflowOf(pod: Stored<Pod>): Key[] {
  const name = pod.metadata.labels?.[LABEL.workflow];
  return name ? [{ namespace: pod.metadata.namespace ?? '', name }] : [];
}

/** One pass after the other until nothing more can be decided without waiting. */
async function reconcileWorkflow(
  engine: EngineState,
  workflow: Stored<ArgoWorkflow>,
  context: Context,
): Promise<Outcome> {
  if (workflow.metadata.deletionTimestamp) return done;
  if (isCompleted(workflow.status?.phase)) return afterCompletion(engine, workflow, context);
  const first = await decide(engine, workflow, context, new Map());
  const refused = await createPods(context, workflow, first.plan.pods);
  const { world, plan } = refused.size > 0 ? await decide(engine, workflow, context, refused) : first;
  const written = await write(context, workflow, plan);
  for (const name of plan.stops)
    await stopPod(context.client, { namespace: workflow.metadata.namespace ?? '', name });
  tell(context, workflow, written);
  if (isCompleted(plan.status.phase)) {
    forgetResources(engine, workflow);
    return afterCompletion(engine, written, context);
  }
  const moved = await advanceResources(engine, written, plan.resources, workflow);
  const ms = moved ? 0 : pause(plan, world.now, plan.resources.length > 0);
  return ms === undefined ? done : waitingFor('Running', 'the workflow runs', ms);
}

const RESOURCE_POLL_MS = 100;

/** Until when nothing will happen that a watch does not tell. */
function pause(plan: Plan, now: number, polls: boolean): number | undefined {
  const timer = plan.wakeAt === undefined ? undefined : Math.max(1, plan.wakeAt - now);
  if (!polls) return timer;
  return Math.min(timer ?? RESOURCE_POLL_MS, RESOURCE_POLL_MS);
}

async function decide(
  engine: EngineState,
  workflow: Stored<ArgoWorkflow>,
  context: Context,
  refused: World['refused'],
): Promise<{ world: World; plan: Plan }> {
  const pods = podsOf(workflow, context);
  const outcomes = await gatherOutcomes(context.client, engine.files, workflow, pods);
  const { namespace = '' } = workflow.metadata;
  const world: World = {
    now: context.clock.now(),
    pods,
    outcomes,
    refused,
    resources: engine.resources.get(workflow.metadata.uid) ?? new Map(),
    configMaps: new Map(),
    template: ({ name, clusterScope }) =>
      clusterScope
        ? context.cache(ClusterTemplateKind).get({ name })
        : context.cache(TemplateKind).get({ namespace, name }),
    lock: (holder, source, variables) => {
      const size = ({
        configMapKeyRef,
        namespace: other,
      }: {
        configMapKeyRef?: { name?: string; key: string };
        namespace?: string;
      }) => {
        if (other && other !== namespace)
          throw new SlipwayError(
            'Unsupported',
            'synchronization.semaphore.namespace: other namespaces are not supported',
          );
        return semaphoreSize(world, configMapKeyRef);
      };
      return engine.locks.acquire(holder, locksOf(source, { namespace, variables, now: world.now, size }));
    },
    release: holder => engine.locks.release(holder),
  };
  for (;;) {
    try {
      return { world, plan: planWorkflow(workflow, world, engine.executor) };
    } catch (error) {
      if (!(error instanceof NeedsConfigMap)) throw error;
      const found = await context.client.find(ConfigMap, { namespace, name: error.configMap });
      world.configMaps.set(error.configMap, found ? (found.data ?? {}) : null);
    }
  }
}

function semaphoreSize(world: World, reference: { name?: string; key: string } | undefined): number {
  const data = world.configMaps.get(reference?.name ?? '');
  if (data === undefined) throw new NeedsConfigMap(reference?.name ?? '');
  const size = Number(data?.[reference?.key ?? '']);
  if (Number.isInteger(size) && size > 0) return size;
  throw new SlipwayError(
    'InvalidSemaphore',
    `semaphore: ConfigMap '${reference?.name}' has no positive number at '${reference?.key}'`,
  );
}

function podsOf(workflow: Stored<ArgoWorkflow>, context: Context): Map<string, Pod> {
  const owned = context.cache(Pod).ownedBy(workflow.metadata.uid);
  return new Map(owned.map(pod => [pod.metadata.name, pod]));
}

/** Makes pods; those that the API refuses for what they are, by node id, with the API's own words. */
async function createPods(
  context: Context,
  workflow: Stored<ArgoWorkflow>,
  pods: PodRequest[],
): Promise<World['refused']> {
  const refused: World['refused'] = new Map();
  for (const pod of pods) {
    try {
      await createPod(context, workflow, pod);
    } catch (error) {
      // A quota frees up; a pod that is no pod stays none.
      if (!hasReason(error, 'Invalid', 'BadRequest')) throw error;
      refused.set(pod.nodeId, `pod ${JSON.stringify(pod.metadata.name)}: ${messageOf(error)}`);
    }
  }
  return refused;
}

async function createPod(
  context: Context,
  workflow: Stored<ArgoWorkflow>,
  { metadata, spec }: PodRequest,
): Promise<void> {
  try {
    await context.client.create(Pod, { apiVersion: 'v1', kind: 'Pod', metadata, spec });
  } catch (error) {
    if (!hasReason(error, 'AlreadyExists')) throw error;
    const present = await context.client.get(Pod, { namespace: metadata.namespace, name: metadata.name });
    const ours = present.metadata.ownerReferences?.some(({ uid }) => uid === workflow.metadata.uid);
    if (!ours)
      throw new StatusError(
        'Conflict',
        `pod "${metadata.name}" belongs to an earlier workflow of this name and is not gone yet`,
      );
  }
}

async function stopPod(client: Client, key: Key): Promise<void> {
  try {
    await client.delete(Pod, key);
  } catch (error) {
    if (!hasReason(error, 'NotFound')) throw error;
  }
}

async function write(
  context: Context,
  workflow: Stored<ArgoWorkflow>,
  plan: Plan,
): Promise<Stored<ArgoWorkflow>> {
  const { labels = {}, annotations = {} } = workflow.metadata;
  const metadata = { ...workflow.metadata, labels: { ...labels, ...plan.labels } };
  if (Object.keys(plan.annotations).length > 0)
    metadata.annotations = { ...annotations, ...plan.annotations };
  const draft: Stored<ArgoWorkflow> = { ...workflow, metadata, status: plan.status };
  if (JSON.stringify(draft) === JSON.stringify(workflow)) return workflow;
  return context.client.update(ArgoWorkflowKind, draft);
}

function tell(context: Context, before: ArgoWorkflow, after: ArgoWorkflow): void {
  const phase = after.status?.phase;
  if (!phase || phase === before.status?.phase) return;
  const failed = phase === 'Failed' || phase === 'Error';
  const reason = phase === 'Running' ? 'WorkflowRunning' : `Workflow${phase}`;
  context.event(
    after,
    failed ? 'Warning' : 'Normal',
    reason,
    after.status?.message ?? `Workflow ${phase.toLowerCase()}`,
  );
}
