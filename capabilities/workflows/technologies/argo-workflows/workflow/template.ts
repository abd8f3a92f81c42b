import { messageOf, SlipwayError } from '@slipway/api';
import type { NodeStatus, Template } from '../model.ts';
import { durationOf } from '../substitution/loops.ts';
import { processTemplate } from './arguments.ts';
import { executeDag } from './dag.ts';
import {
  type Execution,
  type Invocation,
  isDone,
  isLeaf,
  newNode,
  nodeLocals,
  nodeTypeOf,
} from './execution.ts';
import { nodeIdOf } from './names.ts';
import { executePod } from './pod-node.ts';
import { executeResource } from './resource.ts';
import { executeRetries } from './retry.ts';
import {
  addNode,
  findNode,
  holderOf,
  markNode,
  NeedsConfigMap,
  type Run,
  resolveTemplate,
  wakeAt,
} from './run.ts';
import { executeSteps } from './steps.ts';
import { stopBelow } from './stop.ts';
import { executeSuspend } from './suspend.ts';

const DEEPEST = 100;

/**
 * Takes a template one step further (executeTemplate). Undefined: not started, because a limit is reached.
 * Every mistake of the author becomes a node in phase Error; it never throws one.
 */
export function executeTemplate(run: Run, invocation: Invocation): NodeStatus | undefined {
  const existing = findNode(run, invocation.nodeName);
  if (isDone(existing)) return existing;
  try {
    if (++run.depth > DEEPEST) throw new SlipwayError('TooDeep', 'Maximum recursion depth exceeded');
    return attempt(run, invocation, existing);
  } catch (error) {
    if (error instanceof NeedsConfigMap || !(error instanceof SlipwayError)) throw error;
    return fail(run, invocation, messageOf(error));
  } finally {
    run.depth--;
  }
}

function fail(run: Run, invocation: Invocation, message: string): NodeStatus {
  const { nodeName, displayName, call, origin, boundary } = invocation;
  const node = findNode(run, nodeName);
  if (node) return markNode(run, node, 'Error', message);
  const names = { templateName: call.template, templateRef: call.templateRef, boundaryID: boundary?.id };
  return addNode(run, {
    name: nodeName,
    displayName,
    type: 'Skipped',
    phase: 'Error',
    message,
    origin,
    ...names,
  });
}

function attempt(run: Run, invocation: Invocation, existing: NodeStatus | undefined): NodeStatus | undefined {
  const found = resolveTemplate(run, invocation.call, invocation.origin);
  const defaults = run.spec.templateDefaults ?? {};
  const raw: Template = { ...defaults, ...found.template };
  const templateName = raw.name ?? invocation.call.templateRef?.template ?? '';
  const execution = { ...invocation, origin: found.origin, templateName };
  const strategy = raw.retryStrategy ?? run.spec.retryStrategy;
  if (strategy) return executeRetries(run, execution, { ...raw, retryStrategy: strategy }, existing);
  const locals = { ...nodeLocals(run, invocation.nodeName, templateName), ...invocation.locals };
  const template = processTemplate(run, raw, invocation.args, locals);
  return runOnce(run, { ...execution, template, locals });
}

/** Runs a template whose variables are filled, as exactly one node. */
export function runOnce(run: Run, execution: Execution): NodeStatus | undefined {
  const { template, nodeName } = execution;
  const existing = findNode(run, nodeName);
  if (isDone(existing)) return existing;
  if (!existing && limitReached(run, execution)) return undefined;
  if (existing && timedOut(run, existing, template)) return existing;
  const waiting = awaitLock(run, execution, existing);
  if (waiting) return waiting;
  if (template.steps) return executeSteps(run, execution);
  if (template.dag) return executeDag(run, execution);
  if (template.suspend) return executeSuspend(run, execution);
  if (template.resource) return executeResource(run, execution);
  return executePod(run, execution);
}

/** `timeout` counts from the node's start, waiting included. */
function timedOut(run: Run, node: NodeStatus, template: Template): boolean {
  if (!template.timeout || !isLeaf(template)) return false;
  const deadline = Date.parse(node.startedAt ?? '') + durationOf(template.timeout, 'timeout');
  if (run.world.now < deadline) {
    wakeAt(run, deadline);
    return false;
  }
  stopBelow(run, node);
  markNode(run, node, 'Failed', 'Step exceeded its deadline');
  return true;
}

/** A node that waits for a lock is there, Pending, with what it waits for. */
function awaitLock(run: Run, execution: Execution, existing: NodeStatus | undefined): NodeStatus | undefined {
  const { template, nodeName } = execution;
  if (!template.synchronization) return undefined;
  const id = nodeIdOf(run.name, nodeName);
  const answer = run.world.lock(holderOf(run, id), template, run.globals);
  if (answer.held) {
    if (existing?.phase === 'Pending' && existing.message?.startsWith('Waiting for')) delete existing.message;
    return undefined;
  }
  wakeAt(run, run.world.now + LOCK_POLL_MS);
  const node = existing ?? newNode(run, execution, nodeTypeOf(template), 'Pending');
  node.message = answer.message;
  return node;
}

const LOCK_POLL_MS = 200;

/** `parallelism` of the workflow counts pods, that of a template its direct children (checkParallelism). */
function limitReached(run: Run, { template, boundary }: Execution): boolean {
  const active = Object.values(run.nodes).filter(
    node => (node.phase === 'Pending' || node.phase === 'Running') && !node.daemoned,
  );
  if (isLeaf(template) && run.spec.parallelism !== undefined) {
    if (active.filter(node => node.type === 'Pod').length >= run.spec.parallelism) return true;
  }
  const limit = boundary?.template.parallelism;
  if (!boundary || limit === undefined) return false;
  const siblings = active.filter(
    node => node.boundaryID === boundary.id && ['Pod', 'Steps', 'DAG', 'Suspend'].includes(node.type),
  );
  return siblings.length >= limit;
}
