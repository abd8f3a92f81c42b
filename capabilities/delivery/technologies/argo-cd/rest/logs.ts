import { messageOf } from '@slipway/api';
import type { Client } from '@slipway/client';
import { GrpcError } from '@slipway/gateway';
import { applicationOf } from './application-access.ts';
import { type Exchange, flag } from './exchange.ts';
import { openStream } from './stream.ts';
import type { ResourceNode } from './tree/node.ts';
import { treeOf } from './tree/tree-of.ts';

/** As many pods one call may read: Argo CD's default. */
const MOST_PODS = 10;

/**
 * Lines of the pods that the query names (`podName`, or `kind`, `group` and `resourceName` of what they came of), each
 * as it comes, with its pod; `filter` keeps lines with that text, without it after `!`.
 */
export async function streamLogs(exchange: Exchange, [name = '', pathPod = '']: string[]): Promise<void> {
  const { query, state } = exchange;
  const application = await applicationOf(exchange, name);
  const tree = await treeOf(state, application);
  const pods = podsFor(tree.nodes, query, pathPod);
  if (pods.length > MOST_PODS)
    throw new GrpcError(
      'InvalidArgument',
      'max pods to view logs are reached. Please provide more granular query',
    );
  const container = query.get('container') || undefined;
  const isWanted = filterOf(query);
  const follow = flag(query, 'follow') ?? false;
  const stream = openStream(exchange);
  await Promise.all(
    pods.map(async pod => {
      const source = { pod, container: container ?? firstContainer(tree.live.get(pod.uid ?? '')) };
      for await (const line of linesOf(tree.reached.client, source, { follow, signal: stream.signal }))
        if (isWanted(line)) stream.send(entry(state.desk.ports.clock.now(), pod.name, line));
    }),
  );
  stream.send({ ...entry(state.desk.ports.clock.now(), '', ''), last: true });
  stream.end();
}

function entry(ms: number, podName: string, content: string): object {
  const time = new Date(ms).toISOString();
  return { content, timeStamp: time, timeStampStr: time, podName, last: false };
}

function filterOf(query: URLSearchParams): (line: string) => boolean {
  const text = query.get('filter') ?? '';
  if (text === '') return () => true;
  const isInverse = text.startsWith('!');
  const isExact = query.get('matchCase') === 'true';
  const folded = (line: string) => (isExact ? line : line.toLowerCase());
  const literal = folded(isInverse ? text.slice(1) : text);
  return line => folded(line).includes(literal) !== isInverse;
}

/** Pods of the tree that the query means: one by name, or all below an object. */
function podsFor(nodes: ResourceNode[], query: URLSearchParams, pathPod: string): ResourceNode[] {
  const podName = query.get('podName') || pathPod;
  const pods = nodes.filter(each => each.kind === 'Pod' && !each.group && each.uid);
  if (podName) return pods.filter(each => each.name === podName);
  const [kind, group, name] = ['kind', 'group', 'resourceName'].map(each => query.get(each) || undefined);
  if (!kind && !group && !name) return pods;
  const roots = nodes.filter(
    each =>
      (!kind || each.kind === kind) && (!group || each.group === group) && (!name || each.name === name),
  );
  const inside = new Set(roots.map(({ uid }) => uid));
  // Parents stand before what came of them.
  for (const node of nodes) if (node.parentRefs?.some(({ uid }) => inside.has(uid))) inside.add(node.uid);
  return pods.filter(({ uid }) => inside.has(uid));
}

function firstContainer(pod: { spec?: unknown } | undefined): string {
  const { containers = [] } = (pod?.spec ?? {}) as { containers?: { name: string }[] };
  return containers[0]?.name ?? '';
}

async function* linesOf(
  client: Client,
  { pod, container }: { pod: ResourceNode; container: string },
  options: { follow: boolean; signal: AbortSignal },
): AsyncGenerator<string> {
  let rest = '';
  try {
    const key = { namespace: pod.namespace ?? '', name: pod.name };
    for await (const piece of client.logs(key, { container, ...options })) {
      const lines = (rest + piece).split('\n');
      rest = lines.pop() ?? '';
      yield* lines;
    }
  } catch (error) {
    // A pod that is not ready yet says so in its lines, as upstream does it.
    if (!options.signal.aborted) yield messageOf(error);
  }
  if (rest !== '') yield rest;
}
