import type { NodeStatus } from '../model.ts';
import { type Execution, newNode } from './execution.ts';
import { exportGlobals } from './outputs.ts';
import { findNode, markNode, type Run } from './run.ts';

/**
 * A resource template acts on one object. Upstream does it in a pod with kubectl; here the engine does, with the
 * rights of the workflow's ServiceAccount. The node looks the same: type Pod.
 */
export function executeResource(run: Run, execution: Execution): NodeStatus {
  const { template, nodeName } = execution;
  const node = findNode(run, nodeName) ?? newNode(run, execution, 'Pod', 'Pending');
  const outcome = run.world.resources.get(node.id);
  if (outcome) {
    const parameters = (template.outputs?.parameters ?? []).map(({ name, globalName }) => ({
      name,
      ...(globalName ? { globalName } : {}),
      value: outcome.parameters[name] ?? '',
    }));
    node.phase = 'Running';
    if (outcome.phase === 'Running') return ask(run, execution, node);
    if (outcome.phase === 'Succeeded') {
      node.progress = '1/1';
      node.outputs = { exitCode: '0', ...(parameters.length > 0 ? { parameters } : {}) };
      exportGlobals(run, node.outputs);
    }
    return markNode(run, node, outcome.phase, outcome.message);
  }
  return ask(run, execution, node);
}

function ask(run: Run, { template }: Execution, node: NodeStatus): NodeStatus {
  if (!template.resource) return node;
  run.resources.push({
    nodeId: node.id,
    resource: template.resource,
    outputs: template.outputs ?? {},
    serviceAccount: template.serviceAccountName ?? run.spec.serviceAccountName ?? 'default',
  });
  return node;
}
