import type { NodeStatus } from '../model.ts';
import { durationOf } from '../substitution/loops.ts';
import { type Execution, newNode } from './execution.ts';
import { findNode, markNode, type Run, wakeAt } from './run.ts';

/** A suspend template waits for `duration`, or until somebody resumes it (executeSuspend). */
export function executeSuspend(run: Run, execution: Execution): NodeStatus {
  const { template, nodeName } = execution;
  const node = findNode(run, nodeName) ?? newNode(run, execution, 'Suspend', 'Running');
  if (node.phase === 'Pending') node.phase = 'Running';
  if (!node.outputs && template.outputs?.parameters)
    node.outputs = { parameters: template.outputs.parameters };
  const duration = template.suspend?.duration;
  if (duration === undefined) return node;
  const until = Date.parse(node.startedAt ?? '') + durationOf(duration, 'suspend.duration');
  if (run.world.now >= until) return markNode(run, node, 'Succeeded');
  wakeAt(run, until);
  return node;
}
