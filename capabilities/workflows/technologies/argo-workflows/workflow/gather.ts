import { hasReason, messageOf } from '@slipway/api';
import type { Client } from '@slipway/client';
import type { Pod } from '@slipway/kinds';
import { ANNOTATION, type ArgoWorkflow, isFulfilled } from '../model.ts';
import type { Owner, WorkflowFiles } from '../store/workflow-files.ts';
import type { PodOutcome } from './run.ts';

const MOST_LOG_BYTES = 8 * 1024 * 1024;
const MOST_RESULT_BYTES = 256 * 1024;
const LOG_TIMEOUT_MS = 10_000;

/**
 * What pods that ended left behind and the status does not hold yet: outputs that the executor delivered, and the
 * log, which is kept from now on and is the result of a script.
 */
export async function gatherOutcomes(
  client: Client,
  files: WorkflowFiles,
  workflow: ArgoWorkflow,
  pods: Map<string, Pod>,
): Promise<Map<string, PodOutcome>> {
  const owner = ownerOf(workflow);
  const outcomes = new Map<string, PodOutcome>();
  const wanted = [...pods.values()].filter(pod => isEnded(pod) && !isKnown(workflow, pod));
  await Promise.all(
    wanted.map(async pod => {
      const node = pod.metadata.annotations?.[ANNOTATION.nodeId];
      if (node) outcomes.set(node, await outcomeOf(client, files, owner, pod, node));
    }),
  );
  return outcomes;
}

export function ownerOf({ metadata }: ArgoWorkflow): Owner {
  return { namespace: metadata.namespace ?? '', workflow: metadata.name ?? '', uid: metadata.uid ?? '' };
}

export function isEnded(pod: Pod): boolean {
  return pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';
}

function isKnown(workflow: ArgoWorkflow, pod: Pod): boolean {
  return isFulfilled(workflow.status?.nodes?.[pod.metadata.annotations?.[ANNOTATION.nodeId] ?? '']?.phase);
}

async function outcomeOf(
  client: Client,
  files: WorkflowFiles,
  owner: Owner,
  pod: Pod,
  node: string,
): Promise<PodOutcome> {
  const delivered = await files.outcomeOf(owner, node);
  const log = await keepLogs(client, files, owner, pod);
  const result = log.replace(/\r?\n$/, '');
  if (Buffer.byteLength(result) > MOST_RESULT_BYTES) return delivered;
  return { ...delivered, result };
}

/** Keeps the log of every container and gives that of `main`. A log that cannot be read fails nothing. */
async function keepLogs(client: Client, files: WorkflowFiles, owner: Owner, pod: Pod): Promise<string> {
  const name = pod.metadata.name ?? '';
  const statuses = [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])];
  const started = statuses.filter(({ state }) => state?.terminated?.startedAt || state?.running);
  const logs = await Promise.all(
    started.map(async container => {
      const text = await readLog(client, owner.namespace, name, container.name);
      await files.writeLog(owner, name, container.name, text);
      return { container: container.name, text };
    }),
  );
  return logs.find(({ container }) => container === 'main')?.text ?? '';
}

async function readLog(client: Client, namespace: string, name: string, container: string): Promise<string> {
  const signal = AbortSignal.timeout(LOG_TIMEOUT_MS);
  let text = '';
  try {
    for await (const chunk of client.logs({ namespace, name }, { container, signal })) {
      text += chunk;
      if (text.length > MOST_LOG_BYTES) return `${text.slice(0, MOST_LOG_BYTES)}\n[cut: the log is longer]\n`;
    }
  } catch (error) {
    if (hasReason(error, 'NotFound')) return text;
    return `${text}[log not read to its end: ${messageOf(error)}]\n`;
  }
  return text;
}
