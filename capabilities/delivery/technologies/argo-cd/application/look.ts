import { type AnyObject, type Stored, timestamp } from '@slipway/api';
import { Repository } from '@slipway/kinds';
import { type Context, done, doneFor, type Outcome } from '@slipway/runtime';
import { type ProjectRules, projectProblems, resourceProblem } from '../project/project.ts';
import { type CompareInput, type Comparison, compare, type Item, type KnownResource } from './compare.ts';
import type { ComparisonMemo } from './comparison-memo.ts';
import type { DriftWatch } from './drift-watch.ts';
import { type Decision, decide, type Operation, type OperationState } from './operation.ts';
import type { Loaded, RenderedFor, SourceLoader } from './source/load.ts';
import { rawSources, readSource } from './source/read-source.ts';
import { RECONCILE_MS } from './source/revision.ts';
import { sourceProblems } from './source/source-problems.ts';
import type { SourceSpec } from './source/spec.ts';
import type { ApplicationCondition, ApplicationSpec } from './spec.ts';
import { type ApplicationStatus, statusOf } from './status.ts';
import { advanceSync } from './sync.ts';
import { writeStatus } from './write-status.ts';

/** What the controller keeps between looks. */
export interface Desk {
  loader: SourceLoader;
  memo: ComparisonMemo;
  drift: DriftWatch;
  /** When each Application was looked at thoroughly, in milliseconds since 1970. */
  lookedAt: Map<string, number>;
}

/** One look at an Application whose spec and project are in order. */
export interface Look {
  application: Stored<AnyObject>;
  spec: ApplicationSpec;
  source: Loaded;
  rules: ProjectRules;
  context: Context;
  desk: Desk;
  /** Somebody asked for it, or it is time: look at everything. */
  thorough: boolean;
}

/** How soon something that moves is looked at again when no event comes. */
const STEP_MS = 1_000;
/** Spread, so that not all Applications ask at once. */
const JITTER_MS = 60_000;

/** Compares, decides, syncs, and writes what came of it. */
export async function lookAt(look: Look): Promise<Outcome> {
  const { application, spec, source, context } = look;
  const before = statusBefore(look);
  const comparison = await compareNow(look, source, look.thorough);
  const requested = application.operation as Operation | undefined;
  const decision = decide({
    spec,
    requested,
    state: before.operationState,
    outOfSync: comparison.items.some(item => !item.synced),
    onlyPruning: comparison.items.every(item => item.synced || !item.target),
    empty: source.manifests.length === 0,
    revision: source.revision,
    source: rawSource(application),
    now: context.clock.now(),
  });
  if (decision.next === 'continue' || decision.next === 'start') return sync(look, comparison, decision);
  await write(look, comparison, undefined);
  return decision.next === 'wait' ? doneFor(Math.max(decision.ms, 50)) : next(look, comparison);
}

/** Whose manifests a source makes. */
export function renderedFor(
  { metadata }: Stored<AnyObject>,
  { project, destination }: ApplicationSpec,
  { client }: Context,
): RenderedFor {
  const { name, namespace = '' } = metadata;
  return { name, namespace, project, destinationNamespace: destination.namespace, destination: client };
}

function statusBefore({ application }: Look): ApplicationStatus {
  return (application.status ?? {}) as ApplicationStatus;
}

function rawSource(application: AnyObject): Record<string, unknown> {
  return rawSources((application.spec ?? {}) as Record<string, unknown>)[0] ?? {};
}

async function compareNow(look: Look, source: Loaded, thorough: boolean): Promise<Comparison> {
  const { application, spec, context, desk } = look;
  const { resources = [], operationState } = statusBefore(look);
  const known: KnownResource[] = [...resources, ...(operationState?.syncResult?.resources ?? [])];
  const input: CompareInput = {
    application: { namespace: application.metadata.namespace ?? '', name: application.metadata.name },
    spec,
    manifests: source.manifests,
    client: context.client,
    known,
    thorough,
    memo: desk.memo,
  };
  const comparison = await compare(input);
  desk.drift.seen(comparison.items);
  return comparison;
}

async function sync(
  look: Look,
  comparison: Comparison,
  decision: Extract<Decision, { next: 'continue' | 'start' }>,
): Promise<Outcome> {
  const { application, spec, context, rules } = look;
  const now = timestamp(context.clock.now());
  const target = await operationTarget(look, decision);
  const state = decision.next === 'continue' ? decision.state : startOf(look, decision, target, now);
  const tookOperation = decision.next === 'start' && decision.requested === true;
  if ('problem' in target) {
    const failed: OperationState = { ...state, phase: 'Error', message: target.problem, finishedAt: now };
    await write(look, comparison, failed, { tookOperation });
    return next(look, comparison);
  }
  // Written first: whoever goes on after a crash finds the same operation and what it had done.
  if (decision.next === 'start') await write(look, comparison, state, { tookOperation });
  const isOwn = target.source === look.source;
  const items = isOwn ? comparison.items : (await compareNow(look, target.source, false)).items;
  const options = state.operation.sync?.syncOptions;
  const after = await advanceSync({
    spec: options ? { ...spec, syncOptions: withOptions(spec, options) } : spec,
    items,
    state,
    client: context.client,
    now,
    refusal: (item: Item) => resourceProblem(rules, item),
  });
  const compared = await compareNow(look, look.source, false);
  // The object that was read first still has the operation: what was written at the start is the one before.
  await write({ ...look, application: withState(application, state) }, compared, after);
  return after.phase === 'Running' ? doneFor(STEP_MS) : next(look, compared);
}

function withState(application: Stored<AnyObject>, operationState: OperationState): Stored<AnyObject> {
  return { ...application, status: { ...application.status, operationState } };
}

/** Options of an operation come on top of the Application's. */
function withOptions({ syncOptions }: ApplicationSpec, given: string[]): ApplicationSpec['syncOptions'] {
  const flag = (name: string, value: boolean) =>
    given.includes(`${name}=true`) || (value && !given.includes(`${name}=false`));
  return {
    ...syncOptions,
    createNamespace: flag('CreateNamespace', syncOptions.createNamespace),
    applyOutOfSyncOnly: flag('ApplyOutOfSyncOnly', syncOptions.applyOutOfSyncOnly),
    pruneLast: flag('PruneLast', syncOptions.pruneLast),
    replace: flag('Replace', syncOptions.replace),
    validate: flag('Validate', syncOptions.validate),
  };
}

type Target = { source: Loaded; raw: Record<string, unknown> } | { problem: string };

/** What an operation syncs: the Application's source, or another revision or source that it names. */
async function operationTarget(
  look: Look,
  decision: Extract<Decision, { next: 'continue' | 'start' }>,
): Promise<Target> {
  const { spec, source, rules, context, desk } = look;
  const { sync = {} } = decision.next === 'start' ? decision.operation : decision.state.operation;
  const refused = (['manifests', 'sources', 'revisions'] as const).find(
    field => (sync[field]?.length ?? 0) > 0,
  );
  if (refused) return { problem: `operation.sync.${refused} is not supported by this engine` };
  if (sync.syncStrategy?.apply?.force || sync.syncStrategy?.hook?.force)
    return { problem: 'operation.sync.syncStrategy: force is not supported by this engine' };
  const raw = sync.source ?? rawSource(look.application);
  const problems = sync.source ? sourceProblems(sync.source) : [];
  if (problems[0]) return { problem: `operation: ${problems[0]}` };
  const going = decision.next === 'continue' ? decision.state.syncResult?.revision : undefined;
  const revision = going ?? sync.revision;
  if (!sync.source && (!revision || revision === source.revision)) return { source, raw };
  const moved = (each: SourceSpec, index: number) =>
    revision && index === 0 ? { ...each, targetRevision: revision } : each;
  const sources = (sync.source ? [readSource(sync.source)] : spec.sources).map(moved);
  const [refusal] = sources.flatMap(each => projectProblems(rules, { ...spec, source: each }));
  if (refusal) return { problem: `operation: ${refusal.message}` };
  const known = context.cache(Repository).list();
  const { signal } = context;
  const application = renderedFor(look.application, spec, context);
  const loaded = await desk.loader.load(sources, { known, fresh: true, signal, application });
  return 'error' in loaded ? { problem: loaded.error } : { source: loaded, raw };
}

function startOf(
  { source }: Look,
  { operation, retryCount }: Extract<Decision, { next: 'start' }>,
  target: Target,
  now: string,
): OperationState {
  const known =
    'problem' in target
      ? { revision: source.revision, source: {} }
      : { revision: target.source.revision, source: target.raw };
  return {
    operation,
    phase: 'Running',
    message: 'one or more tasks are running',
    startedAt: now,
    ...(retryCount > 0 ? { retryCount } : {}),
    syncResult: { ...known, resources: [] },
  };
}

async function write(
  look: Look,
  comparison: Comparison,
  operationState: OperationState | undefined,
  options = {},
): Promise<void> {
  const { application, context, source } = look;
  const before = statusBefore(look);
  const now = timestamp(context.clock.now());
  const conditions = conditionsOf(look, comparison, operationState ?? before.operationState);
  const status = statusOf({
    application,
    before,
    conditions,
    now,
    revision: source.revision,
    items: comparison.items,
    ...(operationState ? { operationState } : {}),
  });
  await writeStatus(application, context, status, options);
}

/** What went wrong, in upstream's types. */
function conditionsOf(
  { spec, source }: Look,
  { errors, items }: Comparison,
  state: OperationState | undefined,
): ApplicationCondition[] {
  const conditions = errors.map(message => ({ type: 'ComparisonError', message }));
  const failed = state?.phase === 'Failed' || state?.phase === 'Error';
  if (
    spec.automated &&
    failed &&
    state.syncResult?.revision === source.revision &&
    items.some(item => !item.synced)
  )
    conditions.push({
      type: 'SyncError',
      message: `Failed last sync attempt to [${source.revision}]: ${state.message ?? ''}`,
    });
  const emptied = source.manifests.length === 0 && items.some(item => item.live && !item.target);
  if (spec.automated?.prune && emptied && !spec.automated.allowEmpty)
    conditions.push({
      type: 'SyncError',
      message:
        'Skipping sync attempt: auto-sync will wipe out all resources; set spec.syncPolicy.automated.allowEmpty to allow it',
    });
  return conditions;
}

/** Looked at again soon while something is on its way that no event tells of, else when the source may have moved. */
function next({ context }: Look, { items }: Comparison): Outcome {
  if (items.length === 0 && context.signal.aborted) return done;
  const [jitter = 0] = context.random.bytes(1);
  return doneFor(RECONCILE_MS + (jitter / 255) * JITTER_MS);
}
