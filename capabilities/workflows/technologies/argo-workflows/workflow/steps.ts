import { messageOf, SlipwayError } from '@slipway/api';
import { isFailedOrError, isFulfilled, type NodeStatus, type Step } from '../model.ts';
import { boundaryOf, continuesOn, executeCall, scopeOfInputs, turnsOf } from './calls.ts';
import { type Execution, failedFast, isDone, newNode } from './execution.ts';
import { runHooks } from './hooks.ts';
import { nodeIdOf } from './names.ts';
import { exportGlobals, outputsFromScope } from './outputs.ts';
import { addChild, addNode, findNode, markNode, NeedsConfigMap, outboundNodes, type Run } from './run.ts';
import { endDaemons } from './stop.ts';
import { addAggregateToScope, addToScope, type Scope } from './variables.ts';

/** Groups of steps, one group after the other, the steps of a group at the same time (executeSteps). */
export function executeSteps(run: Run, execution: Execution): NodeStatus {
  const { template, nodeName } = execution;
  const node = findNode(run, nodeName) ?? newNode(run, execution, 'Steps', 'Running');
  if (node.phase === 'Pending') node.phase = 'Running';
  const scope = scopeOfInputs(template);
  for (const [index, steps] of (template.steps ?? []).entries()) {
    const group = groupNode(run, execution, node, index);
    if (!isFulfilled(group.phase)) executeGroup(run, { execution, node, group, steps, scope });
    if (!isFulfilled(group.phase)) return node;
    if (isFailedOrError(group.phase))
      return finish(run, node, index, () => markNode(run, node, 'Failed', group.message));
    for (const step of steps) addStepToScope(run, scope, group, step.name);
  }
  return finish(run, node, (template.steps?.length ?? 0) - 1, () => succeed(run, node, execution, scope));
}

function succeed(run: Run, node: NodeStatus, { template }: Execution, scope: Scope): NodeStatus {
  const outputs = outputsFromScope(run, template, scope);
  if (outputs) node.outputs = outputs;
  exportGlobals(run, outputs);
  return markNode(run, node, 'Succeeded');
}

function finish(run: Run, node: NodeStatus, lastGroup: number, mark: () => NodeStatus): NodeStatus {
  endDaemons(run, node.id);
  const group = findNode(run, `${node.name}[${lastGroup}]`);
  const outbound = (group?.children ?? []).flatMap(child => outboundNodes(run, child));
  node.outboundNodes = outbound.length > 0 ? outbound : [group?.id ?? node.id];
  return mark();
}

function groupNode(run: Run, { origin, template }: Execution, node: NodeStatus, index: number): NodeStatus {
  const name = `${node.name}[${index}]`;
  const existing = findNode(run, name);
  if (existing) return existing;
  const group = addNode(run, {
    name,
    displayName: `[${index}]`,
    type: 'StepGroup',
    phase: 'Running',
    origin,
    boundaryID: node.id,
  });
  if (index === 0 || !template.steps) {
    addChild(node, group.id);
    return group;
  }
  const before = findNode(run, `${node.name}[${index - 1}]`);
  const ends = (before?.children ?? []).flatMap(child => outboundNodes(run, child));
  for (const id of ends.length > 0 ? ends : [before?.id ?? node.id]) {
    const parent = run.nodes[id];
    if (parent) addChild(parent, group.id);
  }
  return group;
}

interface Group {
  execution: Execution;
  node: NodeStatus;
  group: NodeStatus;
  steps: Step[];
  scope: Scope;
}

function executeGroup(run: Run, work: Group): void {
  const { group, steps, scope, execution } = work;
  if (failedFast(run, execution.template, work.node.id)) {
    markNode(run, group, 'Failed', 'template has failed or errored children and failFast enabled');
    return;
  }
  try {
    const turns = steps.flatMap(step => turnsOf(run, step, scope).turns);
    const settled = turns.map(step => executeStep(run, work, step));
    if (settled.every(Boolean)) settleGroup(run, group, turns);
  } catch (error) {
    if (error instanceof NeedsConfigMap || !(error instanceof SlipwayError)) throw error;
    markNode(run, group, 'Error', messageOf(error));
  }
}

/** True when the step and its hooks are over. */
function executeStep(run: Run, { execution, node, group, scope }: Group, step: Step): boolean {
  const boundary = boundaryOf(node, execution);
  const { origin } = execution;
  const child = executeCall(run, {
    within: 'steps',
    call: step,
    nodeName: `${group.name}.${step.name}`,
    scope,
    origin,
    boundary,
  });
  if (!child) return false;
  addChild(group, child.id);
  const hooked = runHooks(run, {
    call: step,
    node: child,
    prefix: `steps.${step.name}`,
    scope,
    origin,
    boundary,
  });
  return hooked && isDone(child);
}

function settleGroup(run: Run, group: NodeStatus, steps: Step[]): void {
  for (const step of steps) {
    const child = run.nodes[nodeIdOf(run.name, `${group.name}.${step.name}`)];
    if (!child || !isFailedOrError(child.phase) || continuesOn(step, child)) continue;
    markNode(run, group, 'Failed', `child '${child.id}' failed`);
    return;
  }
  markNode(run, group, 'Succeeded');
}

function addStepToScope(run: Run, scope: Scope, group: NodeStatus, step: string): void {
  const own = findNode(run, `${group.name}.${step}`);
  if (own) addToScope(run, scope, `steps.${step}`, own);
  if (!own) addAggregateToScope(scope, `steps.${step}`, turnNodes(run, group, `${group.name}.${step}(`));
}

/** The nodes of a loop in the order of its items. */
export function turnNodes(run: Run, parent: NodeStatus, prefix: string): NodeStatus[] {
  const turns = (parent.children ?? [])
    .flatMap(id => run.nodes[id] ?? [])
    .filter(child => child.name.startsWith(prefix));
  const indexOf = (node: NodeStatus) => Number.parseInt(node.name.slice(prefix.length), 10);
  return turns.sort((a, b) => indexOf(a) - indexOf(b));
}
