import { messageOf, SlipwayError, timestamp } from '@slipway/api';
import {
  type ArgoWorkflow,
  type Hook,
  isFailedOrError,
  isFulfilled,
  LABEL,
  type NodeStatus,
  type PodRequest,
  textOf,
  type WorkflowCondition,
  type WorkflowPhase,
  type WorkflowSpec,
  type WorkflowStatus,
} from '../model.ts';
import { substitute } from '../substitution/substitute.ts';
import { parameterValue, resolveArguments } from './arguments.ts';
import { isDone } from './execution.ts';
import { applies } from './hooks.ts';
import {
  type ExecutorSettings,
  holderOf,
  markNode,
  NeedsConfigMap,
  type ResourceRequest,
  type Run,
  type World,
  wakeAt,
} from './run.ts';
import { effectiveSpec } from './spec.ts';
import { endDaemons, stopBelow } from './stop.ts';
import { executeTemplate, runOnce } from './template.ts';
import { specWarnings, validate } from './validate.ts';
import { globalVariables } from './variables.ts';

/** What one pass decided. The caller does it in this order: pods, status, resources, stops. */
export interface Plan {
  status: WorkflowStatus;
  labels: Record<string, string>;
  annotations: Record<string, string>;
  pods: PodRequest[];
  stops: string[];
  resources: ResourceRequest[];
  /** Milliseconds since 1970 at which to look again although nothing changed. */
  wakeAt: number | undefined;
}

/**
 * Takes a workflow one step further (operate in workflow/controller/operator.go). No I/O: the same workflow in the
 * same world gives the same plan, which is what makes a restart in the middle harmless.
 * @throws NeedsConfigMap when a value lies in a ConfigMap that the world does not hold yet
 */
export function planWorkflow(workflow: ArgoWorkflow, world: World, executor: ExecutorSettings): Plan {
  const run = newRun(workflow, world, executor);
  try {
    return operate(run);
  } catch (error) {
    if (error instanceof NeedsConfigMap || !(error instanceof SlipwayError)) throw error;
    return finish(run, 'Error', messageOf(error));
  }
}

function operate(run: Run): Plan {
  fill(run);
  const { workflow } = run;
  const problem = run.status.phase ? undefined : validate(run, workflow);
  if (problem) return finish(run, 'Failed', `invalid spec: ${problem}`);
  if (!run.status.phase) begin(run);
  if (locksMissing(run)) return planOf(run);
  if (run.status.phase === 'Pending') begin(run);
  if (run.spec.suspend) return planOf(run);
  const overdue = applyDeadline(run);
  applyShutdown(run, overdue);
  const root = executeRoot(run);
  const hooksDone = runWorkflowHooks(run, root);
  if (!root || !isFulfilled(root.phase) || !hooksDone) return planOf(run);
  return conclude(run, root);
}

function newRun(workflow: ArgoWorkflow, world: World, executor: ExecutorSettings): Run {
  const status = structuredClone(workflow.status ?? {});
  status.nodes ??= {};
  return {
    workflow,
    name: workflow.metadata.name ?? '',
    namespace: workflow.metadata.namespace ?? '',
    spec: workflow.spec,
    status,
    nodes: status.nodes,
    world,
    executor,
    globals: {},
    globalArtifacts: {},
    pods: [],
    stops: new Set(),
    resources: [],
    wakeAt: undefined,
    execute: executeTemplate,
    executeOnce: runOnce,
    depth: 0,
  };
}

/** Everything that may fail for what the author wrote. */
function fill(run: Run): void {
  const { spec, stored } = effectiveSpec(run.workflow, run.status, run.world);
  run.spec = spec;
  if (stored) run.status.storedWorkflowTemplateSpec = stored;
  run.globals = globalVariables(run);
  fillArguments(run);
  for (const artifact of run.status.outputs?.artifacts ?? [])
    run.globalArtifacts[`workflow.outputs.artifacts.${artifact.name}`] = artifact;
  for (const artifact of spec.arguments?.artifacts ?? [])
    run.globalArtifacts[`workflow.artifacts.${artifact.name}`] = artifact;
}

/** Arguments of the workflow may come from ConfigMaps and expressions. */
function fillArguments(run: Run): void {
  const parameters = run.spec.arguments?.parameters;
  if (!parameters?.some(parameter => parameter.valueFrom)) return;
  const filled = parameters.map(parameter => ({
    name: parameter.name,
    value: parameterValue(run, parameter) ?? '',
  }));
  run.spec = { ...run.spec, arguments: { ...run.spec.arguments, parameters: filled } };
  run.globals = globalVariables(run);
}

function begin(run: Run): void {
  run.status.phase = 'Running';
  run.status.startedAt ??= timestamp(run.world.now);
  run.status.progress ??= '0/0';
  delete run.status.message;
  run.globals['workflow.status'] = 'Running';
}

/** Locks of the whole workflow come before anything else of it. */
function locksMissing(run: Run): boolean {
  if (!run.spec.synchronization) return false;
  const answer = run.world.lock(holderOf(run, run.name), run.spec, run.globals);
  if (answer.held) return false;
  run.status.phase = 'Pending';
  run.status.message = answer.message;
  wakeAt(run, run.world.now + 200);
  return true;
}

/** True when `activeDeadlineSeconds` of the workflow has passed. */
function applyDeadline(run: Run): boolean {
  const seconds = run.spec.activeDeadlineSeconds;
  if (seconds === undefined) return false;
  const deadline = Date.parse(run.status.startedAt ?? '') + Number(textOf(seconds)) * 1000;
  if (run.world.now >= deadline) return true;
  wakeAt(run, deadline);
  return false;
}

/** `shutdown` and a passed deadline end what runs; `Stop` leaves exit handlers alone. */
function applyShutdown(run: Run, overdue: boolean): void {
  const { shutdown } = run.spec;
  if (!shutdown && !overdue) return;
  const message = overdue ? 'Step exceeded its deadline' : `workflow shutdown with strategy:  ${shutdown}`;
  for (const node of Object.values(run.nodes)) {
    if (isFulfilled(node.phase) || !isLeafNode(node)) continue;
    if (shutdown !== 'Terminate' && belongsToExit(run, node)) continue;
    stopBelow(run, node);
    markNode(run, node, 'Failed', message);
  }
}

const isLeafNode = (node: NodeStatus): boolean => ['Pod', 'Suspend'].includes(node.type);
const belongsToExit = (run: Run, node: NodeStatus): boolean =>
  node.name.startsWith(`${run.name}.onExit`) || node.name.includes('.onExit');

function executeRoot(run: Run): NodeStatus | undefined {
  return executeTemplate(run, {
    nodeName: run.name,
    displayName: run.name,
    call: { template: run.spec.entrypoint ?? '' },
    args: run.spec.arguments ?? {},
    origin: { scope: 'local' },
    locals: {},
  });
}

/** Hooks of the workflow but its exit handler: each runs once, when its expression holds. */
function runWorkflowHooks(run: Run, root: NodeStatus | undefined): boolean {
  const status = root && isFulfilled(root.phase) ? root.phase : 'Running';
  run.globals['workflow.status'] = status;
  const hooks = Object.entries(run.spec.hooks ?? {}).filter(([name]) => name !== 'exit');
  return hooks.map(([name, hook]) => runWorkflowHook(run, `${run.name}.hooks.${name}`, hook)).every(Boolean);
}

function runWorkflowHook(run: Run, nodeName: string, hook: Hook): boolean {
  const scope = { variables: {}, artifacts: {} };
  if (!run.nodes[nodeName] && !applies(run, hook, scope)) return true;
  const args = substitute(hook.arguments, run.globals, { strict: false, now: run.world.now });
  const node = executeTemplate(run, {
    nodeName,
    displayName: nodeName,
    call: hook,
    args: resolveArguments(run, args, scope),
    origin: { scope: 'local' },
    locals: {},
    hooked: true,
  });
  return isDone(node);
}

function conclude(run: Run, root: NodeStatus): Plan {
  const status = root.phase === 'Skipped' || root.phase === 'Omitted' ? 'Succeeded' : root.phase;
  const message = root.message ?? '';
  const exit = runExitHandler(run, status, message);
  if (exit && !isFulfilled(exit.phase)) return planOf(run);
  endDaemons(run, '');
  for (const node of Object.values(run.nodes)) if (node.daemoned) endDaemons(run, node.boundaryID ?? '');
  if (exit && isFailedOrError(exit.phase) && status === 'Succeeded')
    return finish(run, exit.phase as WorkflowPhase, exit.message);
  return finish(run, status as WorkflowPhase, message);
}

/** `onExit` and the exit hook run whatever became of the workflow, unless it was terminated. */
function runExitHandler(run: Run, status: string, message: string): NodeStatus | undefined {
  const hook: Hook | undefined =
    run.spec.hooks?.exit ?? (run.spec.onExit ? { template: run.spec.onExit } : undefined);
  if (!hook || run.spec.shutdown === 'Terminate') return undefined;
  const failures = Object.values(run.nodes).filter(node => isFailedOrError(node.phase) && isLeafNode(node));
  const described = failures.map(({ displayName, message: text, templateName, phase, finishedAt, name }) => ({
    displayName,
    message: text ?? '',
    templateName: templateName ?? '',
    phase,
    podName: name,
    finishedAt,
  }));
  run.globals['workflow.status'] = status;
  run.globals['workflow.failures'] = JSON.stringify(described);
  run.globals['workflow.message'] = message;
  const scope = { variables: {}, artifacts: {} };
  if (!applies(run, hook, scope)) return undefined;
  const args = substitute(hook.arguments ?? run.spec.arguments ?? {}, run.globals, {
    strict: false,
    now: run.world.now,
  });
  return executeTemplate(run, {
    nodeName: `${run.name}.onExit`,
    displayName: `${run.name}.onExit`,
    call: hook,
    args: resolveArguments(run, args, scope),
    origin: { scope: 'local' },
    locals: {},
    hooked: true,
  });
}

function finish(run: Run, phase: WorkflowPhase, message?: string): Plan {
  run.status.phase = phase;
  run.status.startedAt ??= timestamp(run.world.now);
  run.status.finishedAt ??= timestamp(run.world.now);
  delete run.status.message;
  if (message) run.status.message = message;
  run.world.release(holderOf(run, run.name));
  return planOf(run);
}

function planOf(run: Run): Plan {
  const { status } = run;
  const completed = isCompleted(status.phase);
  const pods = Object.values(run.nodes).filter(node => node.type === 'Pod');
  status.progress = `${pods.filter(node => node.phase === 'Succeeded').length}/${pods.length}`;
  status.conditions = conditionsOf(
    run,
    completed,
    pods.some(node => node.phase === 'Running'),
  );
  const labels: Record<string, string> = {
    [LABEL.completed]: String(completed),
    [LABEL.phase]: status.phase ?? '',
  };
  const { pods: requests, stops, resources, wakeAt: wake } = run;
  const { labels: own, annotations } = workflowMetadata(run, run.spec);
  return {
    status,
    labels: { ...own, ...labels },
    annotations,
    pods: completed ? [] : requests,
    stops: [...stops],
    resources,
    wakeAt: wake,
  };
}

export function isCompleted(phase: WorkflowPhase | undefined): boolean {
  return phase === 'Succeeded' || phase === 'Failed' || phase === 'Error';
}

function conditionsOf(run: Run, completed: boolean, podRunning: boolean): WorkflowCondition[] {
  const warnings = specWarnings(run.spec);
  const conditions: WorkflowCondition[] = [{ type: 'PodRunning', status: podRunning ? 'True' : 'False' }];
  if (warnings.length > 0)
    conditions.push({ type: 'SpecWarning', status: 'True', message: warnings.join('; ') });
  if (completed) conditions.push({ type: 'Completed', status: 'True' });
  return conditions;
}

/** `workflowMetadata` of a workflow or of the template it comes from. */
function workflowMetadata(
  run: Run,
  spec: WorkflowSpec,
): { labels: Record<string, string>; annotations: Record<string, string> } {
  const { labels = {}, annotations = {}, labelsFrom = {} } = spec.workflowMetadata ?? {};
  const computed = Object.entries(labelsFrom).map(([name, { expression }]) => [name, `{{=${expression}}}`]);
  const all = substitute({ ...labels, ...Object.fromEntries(computed) }, run.globals, {
    strict: false,
    now: run.world.now,
  });
  return { labels: all, annotations };
}
