import { evaluate } from '../expression/evaluate.ts';
import {
  isFailedOrError,
  isFulfilled,
  type NodeStatus,
  type RetryStrategy,
  type Template,
} from '../model.ts';
import { durationOf } from '../substitution/loops.ts';
import { nested, substitute, type Variables } from '../substitution/substitute.ts';
import { processTemplate } from './arguments.ts';
import { type Execution, type Invocation, isDone, newNode, nodeLocals } from './execution.ts';
import { addChild, markNode, type Run, wakeAt } from './run.ts';

type Retried = Invocation & Pick<Execution, 'templateName' | 'origin'>;

/** Runs a template until it succeeds or its retry strategy gives up (processNodeRetries). */
export function executeRetries(
  run: Run,
  invocation: Retried,
  raw: Template,
  existing: NodeStatus | undefined,
): NodeStatus | undefined {
  const processed = processTemplate(run, raw, invocation.args, invocation.locals);
  const { retryStrategy: strategy = {}, ...template } = processed;
  const node = existing ?? newNode(run, { ...invocation, template }, 'Retry', 'Running');
  const attempts = attemptsOf(run, node);
  const last = attempts.at(-1);
  if (isDone(last) && !mayRetry(run, node, attempts, strategy)) return node;
  const index = last && !isDone(last) ? attempts.length - 1 : attempts.length;
  const nodeName = `${invocation.nodeName}(${index})`;
  const previous = index > 0 ? attempts[index - 1] : undefined;
  const variables = {
    ...nodeLocals(run, nodeName, invocation.templateName),
    ...retryVariables(index, previous),
  };
  const attempt = substitute(template, variables, { strict: false, now: run.world.now });
  const displayName = `${invocation.displayName}(${index})`;
  const child = run.executeOnce(run, { ...invocation, nodeName, displayName, template: attempt });
  if (!child) return node;
  child.nodeFlag = { ...child.nodeFlag, retried: true };
  addChild(node, child.id);
  if (node.message?.startsWith('Backoff')) delete node.message;
  if (isDone(child)) mayRetry(run, node, attemptsOf(run, node), strategy);
  return node;
}

function attemptsOf(run: Run, node: NodeStatus): NodeStatus[] {
  return (node.children ?? [])
    .flatMap(id => run.nodes[id] ?? [])
    .filter(child => child.nodeFlag?.hooked !== true);
}

function retryVariables(retries: number, last: NodeStatus | undefined): Variables {
  const seconds = last ? (Date.parse(last.finishedAt ?? '') - Date.parse(last.startedAt ?? '')) / 1000 : 0;
  return {
    retries: String(retries),
    'lastRetry.exitCode': last?.outputs?.exitCode ?? '0',
    'lastRetry.status': last?.phase ?? '',
    'lastRetry.duration': String(Math.floor(seconds) || 0),
    'lastRetry.message': last?.message ?? '',
  };
}

/** Settles the retry node when its last attempt decides; true when another attempt may start now. */
function mayRetry(run: Run, node: NodeStatus, attempts: NodeStatus[], strategy: RetryStrategy): boolean {
  const last = attempts.at(-1);
  if (!last) return true;
  if (last.daemoned) return settle(run, node, last, 'daemon');
  if (!isFailedOrError(last.phase)) return settle(run, node, last);
  if (run.spec.shutdown) return settle(run, node, last, `Stopped with strategy '${run.spec.shutdown}'`);
  if (!policyAllows(strategy, last)) return settle(run, node, last);
  const limit = strategy.limit === undefined ? undefined : Number(strategy.limit);
  if (limit !== undefined && attempts.length > limit) return settle(run, node, last, 'No more retries left');
  if (strategy.expression !== undefined && !expressionAllows(run, strategy.expression, attempts)) {
    return settle(run, node, last, 'retryStrategy.expression evaluated to false');
  }
  return backoffIsOver(run, node, attempts, strategy);
}

function settle(run: Run, node: NodeStatus, last: NodeStatus, message = last.message): false {
  if (last.outputs) node.outputs = last.outputs;
  if (last.daemoned) {
    node.daemoned = true;
    if (last.podIP) node.podIP = last.podIP;
    return false;
  }
  if (!isFulfilled(node.phase)) markNode(run, node, last.phase, message);
  return false;
}

function policyAllows(strategy: RetryStrategy, last: NodeStatus): boolean {
  // An expression decides alone unless a policy is named (RetryPolicyActual).
  const policy = strategy.retryPolicy ?? (strategy.expression === undefined ? 'OnFailure' : 'Always');
  if (policy === 'Always') return true;
  if (policy === 'OnFailure') return last.phase === 'Failed';
  if (policy === 'OnError') return last.phase === 'Error';
  return TRANSIENT.test(last.message ?? '');
}

/** Messages that upstream takes for passing trouble (util/errors, IsTransientErr). */
const TRANSIENT =
  /exceeded quota|connection refused|connection reset|timeout|TLS handshake|etcdserver|too many requests/i;

function expressionAllows(run: Run, source: string, attempts: NodeStatus[]): boolean {
  const last = attempts.at(-1);
  const variables = { ...run.globals, ...retryVariables(attempts.length - 1, last) };
  return evaluate(source, { values: nested(variables), now: run.world.now }) === true;
}

function backoffIsOver(run: Run, node: NodeStatus, attempts: NodeStatus[], strategy: RetryStrategy): boolean {
  const { backoff } = strategy;
  const [first, last] = [attempts[0], attempts.at(-1)];
  if (!backoff || !first || !last) return true;
  const base =
    backoff.duration === undefined ? 0 : durationOf(backoff.duration, 'retryStrategy.backoff.duration');
  const factor = backoff.factor === undefined ? 1 : Number(backoff.factor);
  const cap =
    backoff.cap === undefined
      ? Number.POSITIVE_INFINITY
      : durationOf(backoff.cap, 'retryStrategy.backoff.cap');
  const wait = Math.min(base * factor ** (attempts.length - 1), cap);
  const next = Date.parse(last.finishedAt ?? '') + wait;
  if (backoff.maxDuration !== undefined) {
    const deadline =
      Date.parse(first.startedAt ?? '') +
      durationOf(backoff.maxDuration, 'retryStrategy.backoff.maxDuration');
    if (run.world.now > deadline) return settle(run, node, last, 'Max duration limit exceeded');
    if (next > deadline) return settle(run, node, last, 'Backoff would exceed max duration limit');
  }
  if (run.world.now >= next) return true;
  node.message = `Backoff for ${Math.floor(wait / 60_000) > 0 ? `${Math.floor(wait / 60_000)} minutes ` : ''}${Math.round((wait % 60_000) / 1000)} seconds`;
  wakeAt(run, next);
  return false;
}
