import { hasReason, messageOf } from '@slipway/api';
import { ArgoWorkflowKind } from '../kinds.ts';
import type { ArgoWorkflow, NodeStatus } from '../model.ts';
import { ownerOf } from '../workflow/gather.ts';
import { podNameOf } from '../workflow/names.ts';
import { type Exchange, requireRight } from './exchange.ts';

/**
 * Logs as Argo server streams them: one JSON line `{"result": {"content", "podName"}}` for each line of the log. A pod that
 * is there is asked; otherwise what was kept of it answers. Without a pod: all pods in the order they started.
 */
export async function serveLog(
  exchange: Exchange,
  [namespace = '', name = '', pathPod = '']: string[],
): Promise<void> {
  await requireRight(exchange, { verb: 'get', group: '', resource: 'pods', subresource: 'log', namespace });
  const { state, response, url } = exchange;
  const workflow = await state.ports.client.get(ArgoWorkflowKind, { namespace, name });
  const container = url.searchParams.get('logOptions.container') || 'main';
  const follow = url.searchParams.get('logOptions.follow') === 'true';
  const wanted = pathPod || url.searchParams.get('podName') || '';
  const grep = url.searchParams.get('grep') ?? '';
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  for (const pod of podsOf(workflow).filter(each => wanted === '' || each === wanted)) {
    for await (const line of lines(
      logOf(exchange, workflow, { pod, container, follow, signal: gone.signal }),
    )) {
      if (gone.signal.aborted) return;
      if (!line.includes(grep)) continue;
      response.write(`${JSON.stringify({ result: { content: line, podName: pod } })}\n`);
    }
  }
  response.end();
}

function podsOf(workflow: ArgoWorkflow): string[] {
  const { name = '' } = workflow.metadata;
  const started = (node: NodeStatus) => Date.parse(node.startedAt ?? '') || 0;
  return Object.values(workflow.status?.nodes ?? {})
    .filter(node => node.type === 'Pod')
    .sort((a, b) => started(a) - started(b))
    .map(node => podNameOf(name, node.name, node.templateName ?? node.templateRef?.template ?? ''));
}

interface LogQuery {
  pod: string;
  container: string;
  follow: boolean;
  signal: AbortSignal;
}

async function* logOf(
  { state }: Exchange,
  workflow: ArgoWorkflow,
  { pod, container, follow, signal }: LogQuery,
): AsyncGenerator<string> {
  const kept = await state.files.readLog(ownerOf(workflow), pod, container);
  if (kept !== undefined) {
    yield kept;
    return;
  }
  try {
    const { namespace = '' } = workflow.metadata;
    yield* state.ports.client.logs({ namespace, name: pod }, { container, follow, signal });
  } catch (error) {
    if (signal.aborted || hasReason(error, 'NotFound')) return;
    yield `[log not available: ${messageOf(error)}]\n`;
  }
}

async function* lines(chunks: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of chunks) {
    const parts = (rest + chunk).split('\n');
    rest = parts.pop() ?? '';
    yield* parts;
  }
  if (rest !== '') yield rest;
}
