import { StatusError, timestamp } from '@slipway/api';
import { type ArgoWorkflow, isFailedOrError, LABEL, type NodeStatus, type WorkflowStatus } from '../model.ts';
import { podNameOf } from './names.ts';
import { isCompleted } from './plan.ts';

/**
 * A finished workflow taken up again (FormulateRetryWorkflow): what succeeded stays, what failed and everything
 * above and after it runs again.
 * @throws StatusError BadRequest while it runs or when it succeeded
 */
export function retried(workflow: ArgoWorkflow): ArgoWorkflow {
  const { phase } = workflow.status ?? {};
  if (phase !== 'Failed' && phase !== 'Error')
    throw new StatusError('BadRequest', 'workflow must be Failed/Error to retry');
  const { nodes } = plannedRetry(workflow);
  const status: WorkflowStatus = { ...workflow.status, phase: 'Running', nodes };
  delete status.finishedAt;
  delete status.message;
  status.conditions = [];
  const { shutdown: _shutdown, ...spec } = workflow.spec;
  const labels = { ...workflow.metadata.labels, [LABEL.completed]: 'false', [LABEL.phase]: 'Running' };
  return { ...workflow, metadata: { ...workflow.metadata, labels }, spec, status };
}

/** Nodes that stay after a retry, and pods that have to go because their names are needed again. */
export function plannedRetry(workflow: ArgoWorkflow): {
  nodes: Record<string, NodeStatus>;
  podsToDelete: string[];
} {
  const all = workflow.status?.nodes ?? {};
  const name = workflow.metadata.name ?? '';
  const gone = new Set(
    Object.values(all)
      .filter(node => runsAgain(node, name))
      .map(node => node.id),
  );
  const nodes: Record<string, NodeStatus> = {};
  for (const node of Object.values(all)) {
    if (gone.has(node.id)) continue;
    nodes[node.id] = reopened(node, gone);
  }
  const podsToDelete = [...gone].flatMap(id => {
    const node = all[id];
    return node?.type === 'Pod'
      ? [podNameOf(name, node.name, node.templateName ?? node.templateRef?.template ?? '')]
      : [];
  });
  return { nodes, podsToDelete };
}

/** Leaves that did not succeed, what was left out because of them, and exit handlers. */
function runsAgain(node: NodeStatus, workflow: string): boolean {
  if (node.name.startsWith(`${workflow}.onExit`)) return true;
  if (node.phase === 'Omitted') return true;
  const isLeaf = ['Pod', 'Suspend', 'Skipped', 'Container'].includes(node.type);
  return isLeaf && isFailedOrError(node.phase);
}

/** Groups that had failed are open again. */
function reopened(node: NodeStatus, gone: Set<string>): NodeStatus {
  const children = node.children?.filter(child => !gone.has(child));
  const kept: NodeStatus = { ...node, ...(children ? { children } : {}) };
  if (!isFailedOrError(node.phase)) return kept;
  const { message: _message, outputs: _outputs, outboundNodes: _outbound, ...open } = kept;
  return { ...open, phase: 'Running', finishedAt: null };
}

/** A new workflow with the same spec (FormulateResubmitWorkflow). */
export function resubmitted(workflow: ArgoWorkflow, suffix: string): ArgoWorkflow {
  const { name = '', generateName, labels = {}, annotations, namespace } = workflow.metadata;
  const kept = Object.fromEntries(
    Object.entries(labels).filter(
      ([label]) => !/^workflows\.argoproj\.io\/(completed|phase|creator)/.test(label),
    ),
  );
  const base = generateName ?? `${name.replace(/-[a-z0-9]{5}$/, '')}-`;
  const { shutdown: _shutdown, suspend: _suspend, ...spec } = workflow.spec;
  return {
    apiVersion: workflow.apiVersion,
    kind: workflow.kind,
    metadata: {
      name: `${base}${suffix}`,
      ...(namespace ? { namespace } : {}),
      labels: { ...kept, 'workflows.argoproj.io/resubmitted-from-workflow': name },
      ...(annotations ? { annotations } : {}),
    },
    spec,
  };
}

/** A suspended workflow goes on: the spec's own switch, and every suspend node that waits (ResumeWorkflow). */
export function resumed(workflow: ArgoWorkflow, now: number): ArgoWorkflow {
  if (isCompleted(workflow.status?.phase))
    throw new StatusError('BadRequest', 'workflow is over; it cannot resume');
  const { suspend: _suspend, ...spec } = workflow.spec;
  const nodes = Object.entries(workflow.status?.nodes ?? {}).map(([id, node]): [string, NodeStatus] => {
    if (node.type !== 'Suspend' || node.phase !== 'Running') return [id, node];
    const parameters = node.outputs?.parameters?.map(({ name, value, valueFrom }) => ({
      name,
      value: value ?? valueFrom?.default ?? '',
    }));
    const outputs = parameters ? { outputs: { ...node.outputs, parameters } } : {};
    return [id, { ...node, ...outputs, phase: 'Succeeded', finishedAt: timestamp(now) }];
  });
  return { ...workflow, spec, status: { ...workflow.status, nodes: Object.fromEntries(nodes) } };
}
