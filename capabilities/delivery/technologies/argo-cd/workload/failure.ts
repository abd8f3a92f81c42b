import type { AnyObject, Stored } from '@slipway/api';
import type { Client } from '@slipway/client';
import { type Build, Pod } from '@slipway/kinds';

interface WorkflowNode {
  id: string;
  displayName?: string;
  type?: string;
  phase?: string;
  message?: string;
  templateName?: string;
}

const TAIL_LINES = 12;

/**
 * Why a pipeline failed, in a few lines: the step, its message, and the end of its log.
 */
export async function pipelineFailure(
  client: Client,
  workflow: AnyObject,
  build: Stored<Build> | undefined,
): Promise<string> {
  const status = (workflow.status ?? {}) as { message?: string; nodes?: Record<string, WorkflowNode> };
  const nodes = Object.values(status.nodes ?? {});
  const failed = nodes.find(
    node => node.type === 'Pod' && (node.phase === 'Failed' || node.phase === 'Error'),
  );
  if (build?.status?.phase === 'Failed')
    return joined(`step build: ${build.status.message ?? 'failed'}`, build.status.tail);
  if (!failed) return status.message ?? 'the pipeline failed without a message';
  const tail = await tailOf(client, workflow, failed).catch(() => undefined);
  return joined(`step ${failed.displayName ?? failed.id}: ${failed.message ?? 'failed'}`, tail);
}

function joined(head: string, tail: string | undefined): string {
  const lines = (tail ?? '').trim().split('\n').slice(-TAIL_LINES).join('\n');
  return lines === '' ? head : `${head}\n${lines}`;
}

/** The end of the failed pod's main log. */
async function tailOf(client: Client, workflow: AnyObject, node: WorkflowNode): Promise<string | undefined> {
  const { namespace = '', name = '' } = workflow.metadata;
  const { items } = await client.list(Pod, {
    namespace,
    labelSelector: `workflows.argoproj.io/workflow=${name}`,
  });
  const pod =
    items.find(item => item.metadata.annotations?.['workflows.argoproj.io/node-id'] === node.id) ??
    items.find(item => item.status?.phase === 'Failed');
  if (!pod) return undefined;
  let text = '';
  for await (const chunk of client.logs({ namespace, name: pod.metadata.name }, { container: 'main' })) {
    text = (text + chunk).slice(-8_000);
  }
  return text;
}
