import { SlipwayError, timestamp } from '@slipway/api';
import type { Pod } from '@slipway/kinds';
import {
  type ArgoTemplate,
  type ArgoWorkflow,
  type Artifact,
  isFulfilled,
  type NodePhase,
  type NodeStatus,
  type NodeType,
  type Outputs,
  type PodRequest,
  type ResourceTemplate,
  type Template,
  type TemplateRef,
  type WorkflowSpec,
  type WorkflowStatus,
} from '../model.ts';
import type { Variables } from '../substitution/substitute.ts';
import type { Execution, Invocation } from './execution.ts';
import { nodeIdOf } from './names.ts';

/** What a pod that ended left behind, gathered before planning. */
export interface PodOutcome {
  result?: string;
  parameters: Record<string, string>;
  artifacts: Record<string, Artifact>;
  /** Why outputs could not be collected. */
  error?: string;
}

/** How a resource template stands. */
export interface ResourceOutcome {
  phase: 'Running' | 'Succeeded' | 'Failed' | 'Error';
  message?: string;
  parameters: Record<string, string>;
}

/** Everything a plan may know of the outside; the same world gives the same plan. */
export interface World {
  /** Milliseconds since 1970. */
  now: number;
  pods: Map<string, Pod>;
  outcomes: Map<string, PodOutcome>;
  /** By node id, why the API did not take its pod; asking again would give the same answer. */
  refused: Map<string, string>;
  resources: Map<string, ResourceOutcome>;
  /** ConfigMaps of the workflow's namespace by name; null: there is none. Not in the map: not asked yet. */
  configMaps: Map<string, Record<string, string> | null>;
  template(ref: { name: string; clusterScope: boolean }): ArgoTemplate | undefined;
  /** Takes the locks a holder needs; false when it has to wait. */
  lock(holder: string, template: Template | WorkflowSpec, variables: Variables): LockAnswer;
  release(holder: string): void;
}
export type LockAnswer = { held: true } | { held: false; message: string };

/** Thrown out of a plan: fetch this ConfigMap into the world and plan again. */
export class NeedsConfigMap extends Error {
  readonly configMap: string;
  constructor(configMap: string) {
    super(`needs ConfigMap ${configMap}`);
    this.configMap = configMap;
  }
}

/** Where names of templates are looked up: the workflow itself, or a WorkflowTemplate it refers to. */
export type Origin = { scope: 'local' } | { scope: 'namespaced' | 'cluster'; name: string };

/** A resource template that is to act, or whose object is to be looked at again. */
export interface ResourceRequest {
  nodeId: string;
  resource: ResourceTemplate;
  outputs: Outputs;
  serviceAccount: string;
}

/** How the executor in a pod reaches this engine. */
export interface ExecutorSettings {
  url: string;
  /** PEM text. */
  ca: string;
  /** `host:port` that `url` leads to, where pods have no resolver of their own. */
  near?: string | undefined;
  /** An image with Node in it. */
  image: string;
}

/** One pass of planning: the draft of the status, and what is to be done outside. */
export interface Run {
  workflow: ArgoWorkflow;
  name: string;
  namespace: string;
  spec: WorkflowSpec;
  status: WorkflowStatus;
  nodes: Record<string, NodeStatus>;
  world: World;
  executor: ExecutorSettings;
  globals: Variables;
  globalArtifacts: Record<string, Artifact>;
  pods: PodRequest[];
  /** Names of pods that must end: timeouts, termination, daemons whose template is over. */
  stops: Set<string>;
  resources: ResourceRequest[];
  /** Earliest moment at which time alone changes something. */
  wakeAt: number | undefined;
  /** Templates call templates: the two ways down, so that steps, DAGs, hooks and retries need not know who runs them. */
  execute(run: Run, invocation: Invocation): NodeStatus | undefined;
  executeOnce(run: Run, execution: Execution): NodeStatus | undefined;
  /** How deep templates call templates right now. */
  depth: number;
}

export function findNode(run: Run, nodeName: string): NodeStatus | undefined {
  return run.nodes[nodeIdOf(run.name, nodeName)];
}

export interface NewNode {
  name: string;
  displayName: string;
  type: NodeType;
  phase: NodePhase;
  templateName?: string | undefined;
  templateRef?: TemplateRef | undefined;
  origin?: Origin;
  boundaryID?: string | undefined;
  message?: string;
}

/** Adds a node to the status, as upstream's initializeNode. */
export function addNode(run: Run, fields: NewNode): NodeStatus {
  const { origin = { scope: 'local' }, templateName, templateRef, boundaryID, message, ...rest } = fields;
  const now = timestamp(run.world.now);
  const node: NodeStatus = {
    id: nodeIdOf(run.name, fields.name),
    ...rest,
    ...(templateRef ? { templateRef } : templateName ? { templateName } : {}),
    templateScope: origin.scope === 'local' ? `local/${run.name}` : `${origin.scope}/${origin.name}`,
    ...(boundaryID ? { boundaryID } : {}),
    ...(message ? { message } : {}),
    startedAt: now,
    finishedAt: isFulfilled(fields.phase) ? now : null,
    ...(fields.type === 'Pod' ? { progress: '0/1' } : {}),
  };
  run.nodes[node.id] = node;
  return node;
}

/** Moves a node to a phase; finishedAt is set once. */
export function markNode(run: Run, node: NodeStatus, phase: NodePhase, message?: string): NodeStatus {
  node.phase = phase;
  if (message !== undefined && message !== '') node.message = message;
  if (isFulfilled(phase) && !node.finishedAt) {
    node.finishedAt = timestamp(run.world.now);
    run.world.release(holderOf(run, node.id));
  }
  return node;
}

/** Key of a node's locks; the workflow's own is its root's. */
export function holderOf(run: Run, nodeId: string): string {
  return `${run.namespace}/${run.name}/${nodeId}`;
}

export function addChild(parent: NodeStatus, childId: string): void {
  if (parent.children?.includes(childId)) return;
  parent.children = [...(parent.children ?? []), childId];
}

/** Something time alone will change at `at`. */
export function wakeAt(run: Run, at: number): void {
  run.wakeAt = Math.min(run.wakeAt ?? at, at);
}

/** A template by reference, remembered in the status so that later edits do not change a run. */
export function resolveTemplate(
  run: Run,
  call: { template?: string; templateRef?: TemplateRef; inline?: Template },
  origin: Origin,
): { template: Template; origin: Origin } {
  if (call.inline) return { template: call.inline, origin };
  if (!call.templateRef) return { template: named(run, call.template ?? '', origin), origin };
  const { name = '', template = '', clusterScope = false } = call.templateRef;
  const target: Origin = { scope: clusterScope ? 'cluster' : 'namespaced', name };
  return { template: named(run, template, target), origin: target };
}

function named(run: Run, name: string, origin: Origin): Template {
  if (origin.scope === 'local') {
    const own = run.spec.templates?.find(template => template.name === name);
    if (own) return own;
    throw new SlipwayError('UnknownTemplate', `template reference ${name} not found`);
  }
  const key = `${origin.scope}/${origin.name}/${name}`;
  const stored = run.status.storedTemplates?.[key];
  if (stored) return stored;
  const holder = run.world.template({ name: origin.name, clusterScope: origin.scope === 'cluster' });
  const found = holder?.spec.templates?.find(template => template.name === name);
  const kind = origin.scope === 'cluster' ? 'clusterworkflowtemplates' : 'workflowtemplates';
  if (!holder) throw new SlipwayError('UnknownTemplate', `${kind}.argoproj.io "${origin.name}" not found`);
  if (!found)
    throw new SlipwayError(
      'UnknownTemplate',
      `template ${name} not found in workflow template ${JSON.stringify(origin.name)}`,
    );
  run.status.storedTemplates = { ...run.status.storedTemplates, [key]: found };
  return found;
}

/** Nodes that outbound edges of a subtree leave from (getOutboundNodes). */
export function outboundNodes(run: Run, nodeId: string): string[] {
  const node = run.nodes[nodeId];
  if (!node) return [];
  if (node.outboundNodes && (node.type === 'Steps' || node.type === 'DAG')) return node.outboundNodes;
  if (node.type === 'TaskGroup' && node.children?.length)
    return node.children.flatMap(child => outboundNodes(run, child));
  const last = node.type === 'Retry' ? node.children?.at(-1) : undefined;
  return last ? outboundNodes(run, last) : [nodeId];
}
