import { isFulfilled, type NodeStatus } from '../model.ts';
import { podNameOf } from './names.ts';
import { markNode, type Run } from './run.ts';

/** Name of the pod of a node. */
export function podOf(run: Run, node: NodeStatus): string {
  return podNameOf(run.name, node.name, node.templateName ?? node.templateRef?.template ?? '');
}

/** Ends the pods of a node and of everything below it that still runs. */
export function stopBelow(run: Run, node: NodeStatus): void {
  if (isFulfilled(node.phase)) return;
  if (node.type === 'Pod') run.stops.add(podOf(run, node));
  for (const child of node.children ?? []) {
    const below = run.nodes[child];
    if (below) stopBelow(run, below);
  }
}

/** Daemons live as long as the template that started them (killDaemonedChildren). */
export function endDaemons(run: Run, boundaryId: string): void {
  for (const node of Object.values(run.nodes)) {
    if (!node.daemoned || node.boundaryID !== boundaryId) continue;
    run.stops.add(podOf(run, node));
    delete node.daemoned;
    if (!isFulfilled(node.phase)) markNode(run, node, 'Succeeded');
    // A daemon that is retried hangs below its Retry node, which ends with it.
    const parent = Object.values(run.nodes).find(
      other => other.type === 'Retry' && other.children?.includes(node.id),
    );
    if (parent && !isFulfilled(parent.phase)) {
      delete parent.daemoned;
      markNode(run, parent, 'Succeeded');
    }
  }
}
