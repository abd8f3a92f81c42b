import { messageOf, SlipwayError } from '@slipway/api';
import { isFailedOrError, isFulfilled, type NodePhase, type NodeStatus, type Task } from '../model.ts';
import { boundaryOf, executeCall, scopeOfInputs, turnsOf } from './calls.ts';
import { type Depends, dependencyNames, dependsHolds, dependsOf, type TaskResult } from './depends.ts';
import { type Execution, failedFast, isDone, newNode } from './execution.ts';
import { runHooks } from './hooks.ts';
import { exportGlobals, outputsFromScope, setDefaultOutputs } from './outputs.ts';
import { addChild, addNode, findNode, markNode, NeedsConfigMap, outboundNodes, type Run } from './run.ts';
import { turnNodes } from './steps.ts';
import { endDaemons } from './stop.ts';
import { addAggregateToScope, addToScope, type Scope } from './variables.ts';

interface Graph {
  execution: Execution;
  node: NodeStatus;
  tasks: Map<string, Task>;
  depends: Map<string, Depends | undefined>;
  /** Tasks that have been taken a step further in this pass. */
  visited: Set<string>;
  /** Tasks whose hooks are still running. */
  unsettled: Set<string>;
}

/** Tasks in the order of their dependencies (executeDAG). */
export function executeDag(run: Run, execution: Execution): NodeStatus {
  const { template, nodeName } = execution;
  const node = findNode(run, nodeName) ?? newNode(run, execution, 'DAG', 'Running');
  if (node.phase === 'Pending') node.phase = 'Running';
  const tasks = new Map((template.dag?.tasks ?? []).map(task => [task.name, task]));
  const depends = new Map([...tasks.values()].map(task => [task.name, dependsOf(task, tasks)]));
  const graph: Graph = { execution, node, tasks, depends, visited: new Set(), unsettled: new Set() };
  const targets = targetsOf(graph);
  if (!failedFast(run, template, node.id)) for (const target of targets) executeTask(run, graph, target);
  const phase = assess(run, graph, targets);
  if (!isFulfilled(phase)) return node;
  endDaemons(run, node.id);
  const ends = targets.flatMap(target => findNode(run, `${node.name}.${target}`) ?? []);
  node.outboundNodes = ends.flatMap(end => outboundNodes(run, end.id));
  if (phase !== 'Succeeded') return markNode(run, node, phase);
  const scope = scopeOfTasks(run, graph, [...tasks.keys()]);
  const outputs = outputsFromScope(run, template, scope);
  if (outputs) node.outputs = outputs;
  exportGlobals(run, outputs);
  return markNode(run, node, 'Succeeded');
}

function targetsOf({ execution, tasks, depends }: Graph): string[] {
  const named = execution.template.dag?.target?.trim();
  if (named) return named.split(/\s+/);
  const needed = new Set([...depends.values()].flatMap(dependencyNames));
  return [...tasks.keys()].filter(task => !needed.has(task));
}

function executeTask(run: Run, graph: Graph, name: string): void {
  if (graph.visited.has(name)) return;
  graph.visited.add(name);
  const task = graph.tasks.get(name);
  if (!task) throw new SlipwayError('UnknownTask', `dag task ${name} not found`);
  const dependencies = dependencyNames(graph.depends.get(name));
  for (const dependency of dependencies) executeTask(run, graph, dependency);
  const nodeName = `${graph.node.name}.${name}`;
  const existing = findNode(run, nodeName);
  const ready = dependencies.every(dependency => {
    return isDone(findNode(run, `${graph.node.name}.${dependency}`)) && !graph.unsettled.has(dependency);
  });
  if (!existing && !ready) return;
  if (!existing && !conditionHolds(run, graph, name)) {
    const message = 'omitted: depends condition not met';
    const omitted = addTaskNode(run, graph, task, { type: 'Skipped', phase: 'Omitted', message });
    setDefaultOutputs(run, omitted, task, graph.execution.origin);
    connect(run, graph, name, omitted);
    return;
  }
  try {
    startTask(run, graph, task, existing);
  } catch (error) {
    if (error instanceof NeedsConfigMap || !(error instanceof SlipwayError)) throw error;
    const node =
      findNode(run, nodeName) ?? addTaskNode(run, graph, task, { type: 'Skipped', phase: 'Error' });
    connect(run, graph, name, node);
    markNode(run, node, 'Error', messageOf(error));
  }
}

function addTaskNode(
  run: Run,
  graph: Graph,
  task: Task,
  fields: { type: 'Skipped' | 'TaskGroup'; phase: NodePhase; message?: string },
): NodeStatus {
  const { origin } = graph.execution;
  const names = { templateName: task.template, templateRef: task.templateRef, boundaryID: graph.node.id };
  return addNode(run, {
    name: `${graph.node.name}.${task.name}`,
    displayName: task.name,
    origin,
    ...names,
    ...fields,
  });
}

function startTask(run: Run, graph: Graph, task: Task, existing: NodeStatus | undefined): void {
  const scope = scopeOfTasks(run, graph, ancestorsOf(graph, task.name));
  const { origin } = graph.execution;
  const boundary = boundaryOf(graph.node, graph.execution);
  if (existing && isDone(existing) && existing.type !== 'TaskGroup') {
    const hooked = runHooks(run, {
      call: task,
      node: existing,
      prefix: `tasks.${task.name}`,
      scope,
      origin,
      boundary,
    });
    if (!hooked) graph.unsettled.add(task.name);
    return;
  }
  const { turns, loops } = turnsOf(run, task, scope);
  const group = loops
    ? (existing ?? addTaskNode(run, graph, task, { type: 'TaskGroup', phase: 'Running' }))
    : undefined;
  if (group) connect(run, graph, task.name, group);
  for (const turn of turns) {
    const child = executeCall(run, {
      within: 'tasks',
      call: turn,
      nodeName: `${graph.node.name}.${turn.name}`,
      scope,
      origin,
      boundary,
    });
    if (!child) continue;
    if (group) addChild(group, child.id);
    else connect(run, graph, task.name, child);
    const hooked = runHooks(run, {
      call: turn,
      node: child,
      prefix: `tasks.${task.name}`,
      scope,
      origin,
      boundary,
    });
    if (!hooked) graph.unsettled.add(task.name);
  }
  if (group && !isFulfilled(group.phase)) settleGroup(run, graph, group, turns);
}

function settleGroup(run: Run, graph: Graph, group: NodeStatus, turns: Task[]): void {
  const nodes = turns.map(turn => findNode(run, `${graph.node.name}.${turn.name}`));
  if (!nodes.every(isDone) || graph.unsettled.has(group.displayName)) return;
  const failed = nodes.find(node => isFailedOrError(node.phase));
  markNode(run, group, failed?.phase ?? 'Succeeded');
}

/** A task hangs below the DAG itself, or below where its dependencies end. */
function connect(run: Run, graph: Graph, task: string, node: NodeStatus): void {
  const dependencies = dependencyNames(graph.depends.get(task));
  if (dependencies.length === 0) addChild(graph.node, node.id);
  for (const dependency of dependencies) {
    const before = findNode(run, `${graph.node.name}.${dependency}`);
    for (const id of before ? outboundNodes(run, before.id) : []) {
      const parent = run.nodes[id];
      if (parent) addChild(parent, node.id);
    }
  }
}

function conditionHolds(run: Run, graph: Graph, task: string): boolean {
  const depends = graph.depends.get(task);
  return !depends || dependsHolds(depends, name => resultsOf(run, graph, name));
}

function resultsOf(run: Run, graph: Graph, task: string): Set<TaskResult> {
  const results = new Set<TaskResult>();
  const node = findNode(run, `${graph.node.name}.${task}`);
  if (!node) return results;
  const named: Partial<Record<NodePhase, TaskResult>> = {
    Succeeded: 'Succeeded',
    Failed: 'Failed',
    Error: 'Errored',
    Skipped: 'Skipped',
    Omitted: 'Omitted',
  };
  const own = named[node.phase];
  if (own) results.add(own);
  if (node.daemoned) results.add('Daemoned');
  const turns = node.type === 'TaskGroup' ? (node.children ?? []).flatMap(id => run.nodes[id] ?? []) : [];
  if (turns.some(turn => turn.phase === 'Succeeded')) results.add('AnySucceeded');
  if (turns.length > 0 && turns.every(turn => isFailedOrError(turn.phase))) results.add('AllFailed');
  return results;
}

function ancestorsOf(graph: Graph, task: string, seen = new Set<string>()): string[] {
  for (const dependency of dependencyNames(graph.depends.get(task))) {
    if (seen.has(dependency)) continue;
    seen.add(dependency);
    ancestorsOf(graph, dependency, seen);
  }
  return [...seen];
}

function scopeOfTasks(run: Run, graph: Graph, tasks: string[]): Scope {
  const scope = scopeOfInputs(graph.execution.template);
  for (const task of tasks) {
    const node = findNode(run, `${graph.node.name}.${task}`);
    if (!node) continue;
    addToScope(run, scope, `tasks.${task}`, node);
    if (node.type !== 'TaskGroup') continue;
    addAggregateToScope(scope, `tasks.${task}`, turnNodes(run, node, `${graph.node.name}.${task}(`));
  }
  return scope;
}

/**
 * What the DAG has come to (assessDAGPhase): its target tasks decide; one that did not run inherits from those
 * before it, failures first.
 */
function assess(run: Run, graph: Graph, targets: string[]): NodePhase {
  const nodes = [...graph.tasks.keys()].flatMap(task => findNode(run, `${graph.node.name}.${task}`) ?? []);
  if (nodes.some(node => !isDone(node)) || graph.unsettled.size > 0) return 'Running';
  const failFast = graph.execution.template.dag?.failFast !== false;
  const phases = new Map<string, NodePhase[]>();
  let result: NodePhase = 'Succeeded';
  for (const target of targets) {
    const branch = branchPhases(run, graph, target, phases);
    const failed = branch.find(isFailedOrError);
    if (branch.length === 0) result = 'Running';
    else if (failed) result = failed;
    if (failFast ? failed : branch.length === 0) break;
  }
  return result;
}

function branchPhases(run: Run, graph: Graph, task: string, known: Map<string, NodePhase[]>): NodePhase[] {
  const before = known.get(task);
  if (before) return before;
  known.set(task, []);
  const node = findNode(run, `${graph.node.name}.${task}`);
  const dependencies = dependencyNames(graph.depends.get(task));
  const inherited = dependencies.flatMap(dependency => branchPhases(run, graph, dependency, known));
  const inherits = node?.phase === 'Skipped' || node?.phase === 'Omitted';
  const own: NodePhase[] = inherits
    ? dependencies.length > 0
      ? inherited
      : ['Succeeded']
    : node
      ? [node.phase]
      : [];
  known.set(task, own);
  return own;
}
