import {
  type Arguments,
  isFailedOrError,
  isFulfilled,
  type NodeStatus,
  type NodeType,
  type Template,
  type TemplateRef,
} from '../model.ts';
import type { Variables } from '../substitution/substitute.ts';
import { nodeIdOf, podNameOf } from './names.ts';
import { addNode, type Origin, type Run } from './run.ts';

/** One call of a template by a step, a task, a hook or the workflow itself. */
export interface Invocation {
  nodeName: string;
  displayName: string;
  call: { template?: string; templateRef?: TemplateRef; inline?: Template };
  args: Arguments;
  /** Where the caller's own template comes from. */
  origin: Origin;
  boundary?: { id: string; template: Template };
  locals: Variables;
  hooked?: boolean;
}

/** A template that is about to run as one node. */
export interface Execution extends Invocation {
  template: Template;
  /** Where the template itself comes from: names inside it are looked up there. */
  origin: Origin;
  templateName: string;
}

/** A node that nobody waits for any longer; a daemon is done as soon as it runs. */
export function isDone(node: NodeStatus | undefined): node is NodeStatus {
  return (
    node !== undefined && (isFulfilled(node.phase) || (node.daemoned === true && node.phase === 'Running'))
  );
}

/** `node.name` and `pod.name` for whoever runs as this node. */
export function nodeLocals(run: Run, nodeName: string, templateName: string): Variables {
  const podName = podNameOf(run.name, nodeName, templateName);
  return { 'node.name': nodeName, 'pod.name': podName, 'node.id': nodeIdOf(run.name, nodeName) };
}

export function isLeaf(template: Template): boolean {
  return !template.steps && !template.dag;
}

export function nodeTypeOf(template: Template): NodeType {
  if (template.steps) return 'Steps';
  if (template.dag) return 'DAG';
  return template.suspend ? 'Suspend' : 'Pod';
}

/** Adds the node of an execution. */
export function newNode(
  run: Run,
  execution: Execution,
  type: NodeType,
  phase: 'Pending' | 'Running',
): NodeStatus {
  const { nodeName, displayName, call, origin, boundary, templateName, template, hooked } = execution;
  const node = addNode(run, {
    name: nodeName,
    displayName: chosenName(template) ?? displayName,
    type,
    phase,
    origin,
    templateName: templateName || undefined,
    templateRef: call.templateRef,
    boundaryID: boundary?.id,
  });
  if (template.inputs && Object.keys(template.inputs).length > 0) node.inputs = template.inputs;
  if (hooked) node.nodeFlag = { hooked: true };
  return node;
}

/** True when a template with `parallelism` and `failFast` must not start more (checkParallelism). */
export function failedFast(run: Run, template: Template, nodeId: string): boolean {
  if (template.parallelism === undefined || template.failFast !== true) return false;
  return Object.values(run.nodes).some(node => node.boundaryID === nodeId && isFailedOrError(node.phase));
}

/** A template's annotation may give its nodes another name to show. */
function chosenName(template: Template): string | undefined {
  const annotations = template.annotations as Record<string, string> | undefined;
  return annotations?.['workflows.argoproj.io/display-name'];
}
