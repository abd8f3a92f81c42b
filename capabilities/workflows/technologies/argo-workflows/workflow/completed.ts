import {
  hasReason,
  type LabelSelector,
  labelSelectorText,
  matchesLabels,
  parseLabelSelector,
  type Stored,
} from '@slipway/api';
import { Pod } from '@slipway/kinds';
import { type Context, done, type Outcome, waitingFor } from '@slipway/runtime';
import type { EngineState } from '../engine-state.ts';
import { parseDuration } from '../expression/time.ts';
import { ArgoWorkflowKind } from '../kinds.ts';
import { type ArgoWorkflow, isFailedOrError, LABEL } from '../model.ts';
import { gatherOutcomes } from './gather.ts';
import { effectiveSpec } from './spec.ts';

/** What is left to do for a workflow that is over: its pods' logs and labels, podGC, and its own time to live. */
export async function afterCompletion(
  engine: EngineState,
  workflow: Stored<ArgoWorkflow>,
  context: Context,
): Promise<Outcome> {
  const { spec } = effectiveSpec(workflow, workflow.status ?? {}, {
    template: () => ({ apiVersion: '', kind: '', metadata: {}, spec: {} }),
  });
  const pods = context.cache(Pod).ownedBy(workflow.metadata.uid);
  for (const pod of pods) await completePod(engine, workflow, pod, context);
  const gone = await collectPods(workflow, spec.podGC, context);
  const ttl = timeToLive(workflow, spec.ttlStrategy);
  const now = context.clock.now();
  if (ttl !== undefined && now >= ttl) {
    await ignoreNotFound(
      context.client.delete(ArgoWorkflowKind, workflow.metadata as { name: string; namespace: string }),
    );
    return done;
  }
  const wake = [ttl, gone].filter(time => time !== undefined);
  return wake.length > 0
    ? waitingFor(
        'Completed',
        'the workflow is kept until its time is over',
        Math.max(1, Math.min(...wake) - now),
      )
    : done;
}

/** Pods that outlived their node's decision (a daemon, a stopped one) still leave their logs. */
async function completePod(
  engine: EngineState,
  workflow: Stored<ArgoWorkflow>,
  pod: Stored<Pod>,
  context: Context,
): Promise<void> {
  if (pod.metadata.labels?.[LABEL.completed] === 'true' || pod.metadata.deletionTimestamp) return;
  const ended = pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';
  if (!ended) return;
  await gatherOutcomes(
    context.client,
    engine.files,
    { ...workflow, status: { nodes: {} } },
    new Map([[pod.metadata.name, pod]]),
  );
  const patch = { metadata: { labels: { [LABEL.completed]: 'true' } } };
  const key = { namespace: pod.metadata.namespace ?? '', name: pod.metadata.name };
  await ignoreNotFound(context.client.patch(Pod, key, { type: 'merge', body: patch }));
}

/** podGC of finished workflows; the strategies of single pods act at the end too. Gives when to look again. */
async function collectPods(
  workflow: ArgoWorkflow,
  podGC: ArgoWorkflow['spec']['podGC'],
  context: Context,
): Promise<number | undefined> {
  const strategy = podGC?.strategy;
  if (!strategy) return undefined;
  const succeeded = workflow.status?.phase === 'Succeeded';
  if (strategy === 'OnWorkflowSuccess' && !succeeded) return undefined;
  const delay = parseDuration(podGC.deleteDelayDuration ?? '5s') ?? 5_000;
  const due = Date.parse(workflow.status?.finishedAt ?? '') + delay;
  if (context.clock.now() < due) return due;
  const selector = podGC.labelSelector
    ? parseLabelSelector(labelSelectorText(podGC.labelSelector as LabelSelector))
    : [];
  for (const pod of context.cache(Pod).ownedBy(workflow.metadata.uid ?? '')) {
    const keeps = strategy === 'OnPodSuccess' && pod.status?.phase !== 'Succeeded';
    if (keeps || !matchesLabels(selector, pod.metadata.labels)) continue;
    await ignoreNotFound(
      context.client.delete(Pod, { namespace: pod.metadata.namespace ?? '', name: pod.metadata.name }),
    );
  }
  return undefined;
}

function timeToLive(
  workflow: ArgoWorkflow,
  strategy: ArgoWorkflow['spec']['ttlStrategy'],
): number | undefined {
  if (!strategy) return undefined;
  const phase = workflow.status?.phase;
  const failed = phase === 'Error' || isFailedOrError(phase as 'Failed');
  const seconds =
    (failed ? strategy.secondsAfterFailure : strategy.secondsAfterSuccess) ?? strategy.secondsAfterCompletion;
  return seconds === undefined ? undefined : Date.parse(workflow.status?.finishedAt ?? '') + seconds * 1000;
}

async function ignoreNotFound(work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!hasReason(error, 'NotFound')) throw error;
  }
}
