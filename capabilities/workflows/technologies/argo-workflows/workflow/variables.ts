import { strftime } from '../expression/time.ts';
import { type Artifact, type NodeStatus, type Outputs, textOf } from '../model.ts';
import type { Variables } from '../substitution/substitute.ts';
import type { Run } from './run.ts';

/** What a step or task may refer to: variables and artifacts of those before it. */
export interface Scope {
  variables: Variables;
  artifacts: Record<string, Artifact>;
}

/** `workflow.*` (docs/variables.md of Argo Workflows). */
export function globalVariables(run: Omit<Run, 'globals'>): Variables {
  const { metadata } = run.workflow;
  const created = Date.parse(metadata.creationTimestamp ?? '') || run.world.now;
  const parameters = (run.spec.arguments?.parameters ?? []).map(({ name, value }) => ({
    name,
    value: textOf(value) ?? '',
  }));
  const variables: Variables = {
    'workflow.name': run.name,
    'workflow.namespace': run.namespace,
    'workflow.uid': metadata.uid ?? '',
    'workflow.mainEntrypoint': run.spec.entrypoint ?? '',
    'workflow.serviceAccountName': run.spec.serviceAccountName ?? 'default',
    'workflow.priority': String(run.spec.priority ?? 0),
    'workflow.creationTimestamp': metadata.creationTimestamp ?? '',
    'workflow.creationTimestamp.s': String(Math.floor(created / 1000)),
    'workflow.creationTimestamp.RFC3339': metadata.creationTimestamp ?? '',
    'workflow.duration': String(Math.max(0, (run.world.now - created) / 1000)),
    'workflow.scheduledTime': metadata.annotations?.['workflows.argoproj.io/scheduled-time'] ?? '',
    'workflow.status': run.status.phase ?? '',
    'workflow.parameters': JSON.stringify(parameters),
    'workflow.parameters.json': JSON.stringify(parameters),
    'workflow.labels': JSON.stringify(metadata.labels ?? {}),
    'workflow.labels.json': JSON.stringify(metadata.labels ?? {}),
    'workflow.annotations': JSON.stringify(metadata.annotations ?? {}),
    'workflow.annotations.json': JSON.stringify(metadata.annotations ?? {}),
  };
  for (const letter of 'YmdHMSyBbAaFTIpDRZzj') {
    const text = strftime(created, letter) ?? '';
    variables[`workflow.creationTimestamp.${letter}`] = text;
    variables[`workflow.creationTimestamp.%${letter}`] = text;
  }
  variables['workflow.creationTimestamp.s'] = String(Math.floor(created / 1000));
  for (const { name, value } of parameters) variables[`workflow.parameters.${name}`] = value;
  for (const [name, value] of Object.entries(metadata.labels ?? {}))
    variables[`workflow.labels.${name}`] = value;
  for (const [name, value] of Object.entries(metadata.annotations ?? {}))
    variables[`workflow.annotations.${name}`] = value;
  for (const { name, value } of run.status.outputs?.parameters ?? [])
    variables[`workflow.outputs.parameters.${name}`] = textOf(value) ?? '';
  return variables;
}

/** Adds what one finished node offers under `steps.<name>` or `tasks.<name>` (buildLocalScope). */
export function addToScope(run: Run, scope: Scope, prefix: string, node: NodeStatus): void {
  const { variables } = scope;
  variables[`${prefix}.id`] = node.id;
  variables[`${prefix}.name`] = node.displayName;
  variables[`${prefix}.status`] = node.phase;
  if (node.startedAt) variables[`${prefix}.startedAt`] = node.startedAt;
  if (node.finishedAt) variables[`${prefix}.finishedAt`] = node.finishedAt;
  if (node.hostNodeName) variables[`${prefix}.hostNodeName`] = node.hostNodeName;
  const address = node.podIP ?? lastAttempt(run, node)?.podIP;
  if (address) variables[`${prefix}.ip`] = address;
  addOutputs(scope, prefix, node.outputs);
}

function lastAttempt(run: Run, node: NodeStatus): NodeStatus | undefined {
  const last = node.type === 'Retry' ? node.children?.at(-1) : undefined;
  return last ? run.nodes[last] : undefined;
}

function addOutputs(scope: Scope, prefix: string, outputs: Outputs | undefined): void {
  if (outputs?.result !== undefined) scope.variables[`${prefix}.outputs.result`] = outputs.result;
  if (outputs?.exitCode !== undefined) scope.variables[`${prefix}.exitCode`] = outputs.exitCode;
  for (const { name, value } of outputs?.parameters ?? []) {
    const text = textOf(value);
    if (text !== undefined) scope.variables[`${prefix}.outputs.parameters.${name}`] = text;
  }
  for (const artifact of outputs?.artifacts ?? [])
    scope.artifacts[`${prefix}.outputs.artifacts.${artifact.name}`] = artifact;
}

/** What a loop offers: its turns' results and parameters as JSON lists (processAggregateNodeOutputs). */
export function addAggregateToScope(scope: Scope, prefix: string, turns: NodeStatus[]): void {
  const finished = turns.filter(turn => turn.phase !== 'Skipped' && turn.phase !== 'Omitted');
  if (finished.length === 0) return;
  const { variables } = scope;
  const results = finished.map(turn => turn.outputs?.result).filter(result => result !== undefined);
  variables[`${prefix}.outputs.result`] = JSON.stringify(results.map(parsed));
  const maps = finished.map(turn => outputMap(turn.outputs));
  variables[`${prefix}.outputs.parameters`] = JSON.stringify(maps);
  for (const name of new Set(maps.flatMap(Object.keys))) {
    const values = maps.map(map => map[name]).filter(value => value !== undefined);
    variables[`${prefix}.outputs.parameters.${name}`] = JSON.stringify(values.map(parsed));
  }
}

/** Upstream keeps a turn's result that is JSON as JSON inside the list. */
function parsed(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return text;
  }
}

function outputMap(outputs: Outputs | undefined): Record<string, string> {
  return Object.fromEntries(
    (outputs?.parameters ?? []).map(({ name, value }) => [name, textOf(value) ?? '']),
  );
}
