import {
  type Clock,
  hasReason,
  type Key,
  type KubeObject,
  keyOf,
  keyText,
  type Log,
  messageOf,
  type Random,
  type Stored,
} from '@slipway/api';
import { type Client, mutate } from '@slipway/client';
import { conditionOf, type WithConditions, withCondition } from './condition.ts';
import type { Context, Controller, Watch } from './controller.ts';
import { createRecorder, type Recorder } from './events.ts';
import type { Informer } from './informer.ts';
import type { Change } from './object-store.ts';
import { type Outcome, retryAfter } from './outcome.ts';
import { createQueue, type Queue } from './queue.ts';

export interface LoopOptions {
  controller: Controller;
  /** Writes go into the caches, as `writeThrough` makes it. */
  client: Client;
  clock: Clock;
  random: Random;
  log: Log;
  signal: AbortSignal;
  informerOf(kind: Controller['kind']): Informer<KubeObject>;
  observe?: (seen: Reconciled) => void;
}

/** One reconcile that is over. */
export interface Reconciled {
  controller: string;
  outcome: Outcome['outcome'] | 'failed';
  ms: number;
}

/** One running controller. */
export interface Loop {
  readonly queue: Queue;
  /** Resolves when every cache it reads has been filled. */
  readonly synced: Promise<void>;
}

/** Failures in a row before an error becomes an event: conflicts and races mend themselves. */
const FAILURES_BEFORE_EVENT = 3;

interface State {
  options: LoopOptions;
  context: Context;
  record: Recorder;
  informer: Informer<KubeObject>;
  queue: Queue;
  /** Objects of the controller's kind that went away and still have to be told to `removed`. */
  removed: Map<string, Key>;
  /** Last outcome told as an event, by key. */
  told: Map<string, string>;
}

/** Connects caches to a queue, the queue to `reconcile`, and its outcomes to conditions, events and requeues. */
export function startLoop(options: LoopOptions): Loop {
  const { controller, signal, clock } = options;
  const informer = options.informerOf(controller.kind);
  const watches = (controller.watches ?? []).map(watch => ({
    watch,
    informer: options.informerOf(watch.kind),
  }));
  const informers = new Map([[kindId(controller.kind), informer]]);
  for (const one of watches) informers.set(kindId(one.watch.kind), one.informer);
  const log = options.log.with({ controller: controller.name });
  const record = createRecorder({ client: options.client, clock, log, component: controller.name });
  const context = contextOf(options, log, record, informers);
  const queue = createQueue({
    clock,
    signal,
    concurrency: controller.concurrency ?? 4,
    work: key => handle(state, key),
  });
  const state: State = { options, context, record, informer, queue, removed: new Map(), told: new Map() };
  const synced = Promise.all([...informers.values()].map(one => one.synced)).then(() => {
    if (signal.aborted) return;
    informer.onChange(change => enqueueOwn(state, change));
    for (const one of watches) one.informer.onChange(change => enqueueOf(state, one.watch, change));
    for (const key of informer.store.keys()) queue.add(key);
    const end = controller.listen?.(key => queue.add(keyText(key)), context);
    if (end) signal.addEventListener('abort', end, { once: true });
  });
  return { queue, synced };
}

function kindId({ group, kind }: Pick<Controller['kind'], 'group' | 'kind'>): string {
  return `${kind}.${group}`;
}

function contextOf(
  { client, clock, random, signal, controller }: LoopOptions,
  log: Log,
  event: Recorder,
  informers: Map<string, Informer<KubeObject>>,
): Context {
  const cache: Context['cache'] = <T extends KubeObject>(kind: { group: string; kind: string }) => {
    const found = informers.get(kindId(kind));
    if (!found)
      throw new Error(`controller "${controller.name}" neither reconciles nor watches ${kind.kind}`);
    return found as unknown as Informer<T>;
  };
  return { client, clock, random, log, cache, event, signal };
}

function enqueueOwn(state: State, { object, previous }: Change<KubeObject>): void {
  const either = object ?? previous;
  if (!either) return;
  const key = keyOf(either);
  if (!object) state.removed.set(keyText(key), key);
  state.queue.add(keyText(key));
}

function enqueueOf(state: State, watch: Watch, { object, previous }: Change<KubeObject>): void {
  for (const one of [object, previous]) {
    if (!one) continue;
    for (const key of keysOf(state, watch, one)) state.queue.add(keyText(key));
  }
}

function keysOf(state: State, watch: Watch, object: Stored<KubeObject>): Key[] {
  if (!watch.keysOf) return controllerOwner(state.options.controller, object);
  try {
    return watch.keysOf(object, state.context);
  } catch (error) {
    state.context.log.error('keysOf failed', { kind: object.kind, error: messageOf(error) });
    return [];
  }
}

function controllerOwner({ kind }: Controller, object: KubeObject): Key[] {
  const owner = object.metadata.ownerReferences?.find(reference => reference.controller);
  if (!owner || owner.kind !== kind.kind || groupOf(owner.apiVersion) !== kind.group) return [];
  const { namespace } = object.metadata;
  return [kind.namespaced && namespace ? { namespace, name: owner.name } : { name: owner.name }];
}

function groupOf(apiVersion: string): string {
  const slash = apiVersion.indexOf('/');
  return slash < 0 ? '' : apiVersion.slice(0, slash);
}

/** Never rejects: a reconcile that throws is tried again, with a growing pause. */
async function handle(state: State, text: string): Promise<void> {
  const { context, queue, options } = state;
  const object = state.informer.store.byText(text);
  try {
    await tellRemoved(state, text);
    if (!object) return queue.forget(text);
    const outcome = await observed(options, () => options.controller.reconcile(object, context));
    queue.forget(text);
    if ('ms' in outcome && outcome.ms !== undefined) queue.addAfter(text, outcome.ms);
    await report(state, text, object, outcome);
  } catch (error) {
    if (context.signal.aborted) return;
    await fail(state, text, object, error);
  }
}

async function observed(
  { controller, clock, observe }: LoopOptions,
  reconcile: () => Promise<Outcome>,
): Promise<Outcome> {
  const started = clock.now();
  const tell = (outcome: Reconciled['outcome']) =>
    observe?.({ controller: controller.name, outcome, ms: clock.now() - started });
  try {
    const outcome = await reconcile();
    tell(outcome.outcome);
    return outcome;
  } catch (error) {
    tell('failed');
    throw error;
  }
}

async function tellRemoved({ removed, options, context, told }: State, text: string): Promise<void> {
  const key = removed.get(text);
  if (!key) return;
  await options.controller.removed?.(key, context);
  removed.delete(text);
  told.delete(text);
}

async function fail(
  state: State,
  text: string,
  object: Stored<KubeObject> | undefined,
  error: unknown,
): Promise<void> {
  const { context, queue } = state;
  queue.addFailed(text);
  const message = messageOf(error);
  const expected = hasReason(error, 'Conflict', 'NotFound', 'AlreadyExists');
  const fields = {
    key: text,
    error: message,
    ...(error instanceof Error && !expected ? { stack: error.stack } : {}),
  };
  context.log[expected ? 'debug' : 'warn']('reconcile failed', fields);
  if (!object || queue.failures(text) < FAILURES_BEFORE_EVENT) return;
  await report(state, text, object, retryAfter(0, 'ReconcileFailed', message)).catch(again => {
    context.log.debug('outcome not reported', { key: text, error: messageOf(again) });
  });
}

async function report(
  state: State,
  text: string,
  object: Stored<KubeObject>,
  outcome: Outcome,
): Promise<void> {
  tellAsEvent(state, text, object, outcome);
  const { condition, kind } = state.options.controller;
  if (!condition) return;
  const wanted = conditionOf(condition, outcome, object.metadata.generation);
  const seen = state.informer.store.byText(text) as WithConditions | undefined;
  const now = state.context.clock.now();
  if (!seen || !withCondition(seen.status?.conditions, wanted, now)) return;
  await mutate(
    state.context.client,
    kind,
    keyOf(object),
    draft => {
      if (draft.metadata.uid !== object.metadata.uid) return;
      const live = draft as WithConditions;
      const conditions = withCondition(live.status?.conditions, wanted, now);
      if (conditions) live.status = { ...live.status, conditions };
    },
    { subresource: 'status' },
  ).catch(error => {
    if (!hasReason(error, 'NotFound')) throw error;
  });
}

/** A failure becomes an event when it differs from the one before it; waiting is no event, a condition tells it. */
function tellAsEvent(state: State, text: string, object: Stored<KubeObject>, outcome: Outcome): void {
  if (outcome.outcome === 'done' || outcome.outcome === 'waitingFor') {
    state.told.delete(text);
    return;
  }
  const said = `${outcome.reason} ${outcome.message}`;
  if (state.told.get(text) === said) return;
  state.told.set(text, said);
  state.record(object, 'Warning', outcome.reason, outcome.message);
}
