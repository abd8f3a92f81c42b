import { type AnyObject, type Stored, timestamp } from '@slipway/api';
import { AppProject, Repository } from '@slipway/kinds';
import { type Context, doneFor, type Outcome } from '@slipway/runtime';
import { projectSpecOf } from '../project/spec.ts';
import { canSync, windowsOf } from '../project/sync-window.ts';
import { autoSync } from './auto-sync.ts';
import { type Comparison, compare, type KnownResource } from './compare.ts';
import type { Around, Desk, LastLook } from './desk.ts';
import { deleteFinalizers } from './finalizers.ts';
import { compareInput, type Ground, groundOf, settingsText } from './ground.ts';
import { afterFailure, decide, isInProgress, type Operation, type OperationState } from './operation.ts';
import { orphanCondition } from './orphans.ts';
import type { Loaded, LoadedSources, RenderedFor } from './source/load.ts';
import { rawSources } from './source/read-source.ts';
import type { ApplicationCondition } from './spec.ts';
import { type ApplicationStatus, resourcesOf, statusOf } from './status.ts';
import { type RawSources, type SyncOutcome, syncOperation } from './sync-operation.ts';
import { instanceName } from './tracking.ts';
import { REFRESH, type WriteOptions, writeStatus } from './write-status.ts';

/** How soon something that moves is looked at again when no event comes. */
const STEP_MS = 1_000;
/** After an error: soon enough for people who mend it elsewhere. */
const ERROR_MS = 15_000;
/** Revisions that change nothing wait, so that what a push changes comes first; then one after another. */
const LATER_MS = 250;
const SLOT_MS = 2;

/** One look at an Application. */
interface Look {
  desk: Desk;
  context: Context;
  application: Stored<AnyObject>;
  around: Around;
  now: string;
  /** Somebody asked for it, or it is time: sources are asked and everything is compared. */
  thorough: boolean;
  /** `refresh=hard`: nothing that is remembered of this Application counts. */
  anew: boolean;
}

/** Compares an Application with its sources, decides, syncs, and writes what came of it. */
export async function lookAt(desk: Desk, application: Stored<AnyObject>, context: Context): Promise<Outcome> {
  const refresh = application.metadata.annotations?.[REFRESH];
  const around = {
    projects: context.cache(AppProject).list(),
    repositories: context.cache(Repository).list(),
  };
  const thorough = refresh !== undefined || isDue(desk, application);
  const now = timestamp(context.clock.now());
  const anew = refresh === 'hard';
  const look: Look = { desk, context, application, around, now, thorough, anew };
  const ground = groundOf(desk, application, around);
  if ('problems' in ground) {
    const operationState = refusedOperation(look, ground.problems);
    return problems(look, { conditions: ground.problems, ...(operationState ? { operationState } : {}) });
  }
  const loaded = await load(look, ground);
  if ('error' in loaded) return unreadable(look, ground, loaded);
  const unchanged = isUnchanged(look, ground, loaded);
  if (unchanged) return later(look, unchanged, loaded);
  return compareAndSync(look, ground, loaded);
}

function before({ application }: Pick<Look, 'application'>): ApplicationStatus {
  return (application.status ?? {}) as ApplicationStatus;
}

/** Nobody has looked for so long that the sources may have moved without telling. */
function isDue({ last, ports, settings }: Desk, { metadata }: Stored<AnyObject>): boolean {
  const at = last.get(metadata.uid)?.atMs;
  const { reconciliationMs } = settings.config();
  return at === undefined || (reconciliationMs > 0 && ports.clock.now() - at >= reconciliationMs);
}

/** The Application that manifests are made for. */
export function renderedFor({ name, spec, reached }: Ground): RenderedFor {
  return {
    ...name,
    project: spec.project,
    destinationNamespace: spec.destination.namespace,
    destination: reached.client,
  };
}

function load({ desk, context, around, thorough, anew }: Look, ground: Ground): Promise<LoadedSources> {
  return desk.loader.load(ground.spec.sources, {
    known: around.repositories,
    fresh: thorough,
    anew,
    signal: context.signal,
    application: renderedFor(ground),
  });
}

/** The last look when nothing of what decided over it has changed, and it found everything in order. */
function isUnchanged(look: Look, { reached, name }: Ground, loaded: Loaded): LastLook | undefined {
  const { desk, application, thorough } = look;
  const { sync, operationState, conditions } = before(look);
  const last = desk.last.get(application.metadata.uid);
  if (!last || thorough || desk.woken.has(instanceName(name))) return undefined;
  if (application.operation || isInProgress(operationState)) return undefined;
  if (sync?.status !== 'Synced' || conditions) return undefined;
  const same =
    last.spec === specText(application) &&
    last.settings === settingsText(look.desk, look.around) &&
    last.reached === reached &&
    last.manifests.length === loaded.manifests.length &&
    last.manifests.every((each, index) => each === loaded.manifests[index]);
  return same ? last : undefined;
}

function specText({ spec, metadata }: Stored<AnyObject>): string {
  return JSON.stringify([spec, metadata.annotations?.['argocd.argoproj.io/compare-options']]);
}

/** Nothing but the revision is new: it is written when there is time, behind what a push changed. */
async function later(look: Look, last: LastLook, loaded: Loaded): Promise<Outcome> {
  const { desk, context } = look;
  const { sync } = before(look);
  const isWritten = sync?.revisions
    ? sync.revisions.join() === loaded.revisions.join()
    : sync?.revision === loaded.revision;
  const nowMs = context.clock.now();
  if (isWritten) {
    delete last.writeAtMs;
    return next(look);
  }
  if (last.writeAtMs === undefined) {
    desk.nextSlotMs = Math.max(desk.nextSlotMs + SLOT_MS, nowMs + LATER_MS);
    last.writeAtMs = desk.nextSlotMs;
  }
  if (last.writeAtMs > nowMs) return doneFor(last.writeAtMs - nowMs);
  delete last.writeAtMs;
  const revisions = sync?.revisions ? { revisions: loaded.revisions } : { revision: loaded.revision };
  const status = {
    ...before(look),
    sync: { ...sync, ...revisions },
    reconciledAt: look.now,
  } as ApplicationStatus;
  await writeStatus(look.application, context, status);
  return next(look);
}

function rawOf(application: AnyObject): RawSources {
  const spec = (application.spec ?? {}) as Record<string, unknown>;
  const all = rawSources(spec);
  return Array.isArray(spec.sources) && spec.sources.length > 0 ? { sources: all } : { source: all[0] ?? {} };
}

async function compareAndSync(look: Look, ground: Ground, loaded: Loaded): Promise<Outcome> {
  const { desk, application, context, now } = look;
  desk.woken.delete(instanceName(ground.name));
  const comparison = await compareNow(look, ground, loaded);
  const { operationState } = before(look);
  const config = desk.settings.config();
  const decision = decide({
    requested: application.operation as Operation | undefined,
    state: operationState,
    now: context.clock.now(),
    timestamp: now,
    syncTimeoutMs: config.syncTimeoutMs,
  });
  if (decision.next === 'wait') {
    if (isOutdated(operationState, loaded)) return startByItself(look, ground, { loaded, comparison });
    await write(look, ground, { loaded, comparison });
    return doneFor(Math.max(decision.ms, 50));
  }
  if (decision.next === 'sync') {
    const begun = decision.isNew ? decision.state : undefined;
    const current = begun
      ? await write(look, ground, { loaded, comparison, operationState: begun })
      : application;
    return sync({ ...look, application: current }, ground, { loaded, comparison, state: decision.state });
  }
  return startByItself(look, ground, { loaded, comparison });
}

/** An automated sync that waits for another attempt is over once there is a newer revision: that is what people push. */
function isOutdated(state: OperationState | undefined, loaded: Loaded): boolean {
  if (!state?.operation.initiatedBy?.automated || !state.syncResult) return false;
  const { revision, revisions } = state.syncResult;
  return revisions ? revisions.join() !== loaded.revisions.join() : revision !== loaded.revision;
}

interface Found {
  loaded: Loaded;
  comparison: Comparison;
}

async function compareNow(look: Look, ground: Ground, loaded: Loaded): Promise<Comparison> {
  const { desk } = look;
  const { resources = [], operationState } = before(look);
  const known: KnownResource[] = [...resources, ...(operationState?.syncResult?.resources ?? [])];
  const input = { ...compareInput(desk, ground), manifests: loaded.manifests, known, anew: look.anew };
  const comparison = await compare(input);
  const orphans = await orphanCondition({
    desk,
    ground,
    items: comparison.items,
    before: before(look).conditions ?? [],
    thorough: look.thorough,
  });
  return orphans ? { ...comparison, conditions: [...comparison.conditions, orphans] } : comparison;
}

/** Automated sync, when the project's windows let it. */
async function startByItself(look: Look, ground: Ground, found: Found): Promise<Outcome> {
  const { context, application, now, desk } = look;
  const { comparison, loaded } = found;
  const status = before(look);
  if (!isOpen(look, ground)) {
    const kept = (status.conditions ?? []).filter(({ type }) => type === 'SyncError');
    await write(look, ground, { ...found, conditions: kept });
    return next(look);
  }
  const raw = rawOf(application);
  const result = autoSync({
    spec: ground.spec,
    syncStatus: withChangedNamespace(comparison, ground, status),
    resources: resourcesOf(comparison.items, ground.spec.syncOptions),
    state: ended(status.operationState),
    revision: loaded.revision,
    revisions: loaded.revisions,
    rawSource: raw.source ?? {},
    rawSources: raw.sources,
    selfHeal: desk.settings.config().selfHeal,
    now: context.clock.now(),
  });
  if (result.next === 'refused') await write(look, ground, { ...found, conditions: [result.condition] });
  if (result.next === 'none' || result.next === 'wait') await write(look, ground, found);
  if (result.next === 'wait') return doneFor(Math.max(result.ms, 50));
  if (result.next !== 'start') return next(look);
  const { operation } = result;
  const state: OperationState = { operation, phase: 'Running', startedAt: now };
  // Written first: whoever goes on after a crash finds the same operation and what it had done.
  const current = await write(look, ground, { ...found, operationState: state, operation });
  return sync({ ...look, application: current }, ground, { ...found, state });
}

/** A sync that waits for another attempt has failed. */
function ended(state: OperationState | undefined): OperationState | undefined {
  return isInProgress(state) ? { ...state, phase: 'Failed' } : state;
}

function isOpen({ context }: Look, { rules, name, spec }: Ground): boolean {
  const windows = windowsOf(projectSpecOf(rules.project), { name: name.name, destination: spec.destination });
  try {
    return canSync(windows, { isManual: false, nowMs: context.clock.now() });
  } catch {
    return false;
  }
}

/** Metadata of the namespace that an earlier sync did not know makes the Application OutOfSync. */
function withChangedNamespace(
  { status }: Comparison,
  { spec }: Ground,
  { operationState }: ApplicationStatus,
): Comparison['status'] {
  const result = operationState?.syncResult;
  if (status === 'Unknown' || !spec.managedNamespaceMetadata || !result) return status;
  const known = JSON.stringify(result.managedNamespaceMetadata);
  return known === JSON.stringify(spec.managedNamespaceMetadata) ? status : 'OutOfSync';
}

/** Goes on with an operation, compares again, and writes both. */
async function sync(
  look: Look,
  ground: Ground,
  { state, ...found }: Found & { state: OperationState },
): Promise<Outcome> {
  const outcome = await syncOperation({
    ...operationInput(look, ground, state),
    own: found,
    checkpoint: async reached => {
      look.application = await write(look, ground, { ...found, operationState: reached });
    },
  });
  const settled = settle(look, outcome, state);
  const compared = await compareNow(look, ground, found.loaded);
  const isOver = !isInProgress(settled);
  await write(look, ground, {
    loaded: found.loaded,
    comparison: compared,
    operationState: settled,
    ...(isOver ? { operation: 'ended' as const } : {}),
  });
  if (isOver) return next(look);
  if (outcome.blockedMs !== undefined) return doneFor(Math.min(outcome.blockedMs, 60_000));
  return doneFor(STEP_MS);
}

function operationInput(look: Look, ground: Ground, state: OperationState) {
  const { desk, application, around, context, now } = look;
  const { resources = [], operationState } = before(look);
  return {
    desk,
    application,
    ground,
    around,
    state,
    raw: rawOf(application),
    known: [...resources, ...(operationState?.syncResult?.resources ?? [])] as KnownResource[],
    rendered: renderedFor(ground),
    signal: context.signal,
    now,
  };
}

/**
 * The sources cannot be read: nothing can be said, and what lives stays as it is. An operation goes on all the same, for
 * it may be of another revision: that is how one goes back.
 */
async function unreadable(
  look: Look,
  ground: Ground,
  { error, revisions }: Extract<LoadedSources, { error: string }>,
): Promise<Outcome> {
  const conditions = [{ type: 'ComparisonError', message: `Failed to load target state: ${error}` }];
  const { application, context, now, desk } = look;
  const decision = decide({
    requested: application.operation as Operation | undefined,
    state: before(look).operationState,
    now: context.clock.now(),
    timestamp: now,
    syncTimeoutMs: desk.settings.config().syncTimeoutMs,
  });
  if (decision.next !== 'sync') return problems(look, { conditions, revisions });
  const tell = async (operationState: OperationState) => {
    look.application = await writeProblems(look, { conditions, revisions, operationState });
  };
  if (decision.isNew) await tell(decision.state);
  const input = operationInput(look, ground, decision.state);
  const outcome = await syncOperation({ ...input, own: undefined, checkpoint: tell });
  const settled = settle(look, outcome, decision.state);
  await tell(settled);
  return isInProgress(settled) ? doneFor(STEP_MS) : doneFor(ERROR_MS);
}

/** A sync that failed is tried again by its strategy; one that somebody ended is not. */
function settle({ context, now }: Look, { state }: SyncOutcome, began: OperationState): OperationState {
  const failed = state.phase === 'Failed' || state.phase === 'Error';
  if (!failed || began.phase === 'Terminating') return state;
  return afterFailure(state, context.clock.now(), now);
}

interface Written extends Found {
  operationState?: OperationState;
  operation?: WriteOptions['operation'];
  /** Beside those of the comparison. */
  conditions?: ApplicationCondition[];
}

async function write(look: Look, ground: Ground, written: Written): Promise<Stored<AnyObject>> {
  const { application, context, now } = look;
  const { loaded, comparison, operationState, operation, conditions = [] } = written;
  remember(look, ground, loaded);
  const status = statusOf({
    application,
    before: before(look),
    conditions: [...comparison.conditions, ...conditions],
    now,
    at: loaded,
    compared: {
      items: comparison.items,
      status: withChangedNamespace(comparison, ground, {
        ...before(look),
        ...(operationState ? { operationState } : {}),
      }),
    },
    operationState,
  });
  return writeStatus(application, context, status, {
    refreshed: true,
    finalizers: deleteFinalizers(comparison),
    ...(operation ? { operation } : {}),
  });
}

function remember(look: Look, { reached }: Ground, { manifests }: Loaded): void {
  const { desk, application, context, thorough } = look;
  const { uid } = application.metadata;
  const atMs = thorough ? context.clock.now() : (desk.last.get(uid)?.atMs ?? context.clock.now());
  desk.last.set(uid, {
    atMs,
    spec: specText(application),
    settings: settingsText(look.desk, look.around),
    reached,
    manifests,
  });
}

interface Problems {
  conditions: ApplicationCondition[];
  revisions?: string[];
  operationState?: OperationState;
}

/** Nothing can be said of an Application whose spec, project or sources are not in order; what lives stays as it is. */
async function problems(look: Look, found: Problems): Promise<Outcome> {
  await writeProblems(look, found);
  return doneFor(ERROR_MS);
}

async function writeProblems(look: Look, found: Problems): Promise<Stored<AnyObject>> {
  const { application, context, now } = look;
  const { conditions, revisions, operationState } = found;
  const known = before(look);
  const isNew = conditions.some(({ message }) => !known.conditions?.some(each => each.message === message));
  const [first] = conditions;
  if (isNew && first) context.event(application, 'Warning', first.type, first.message);
  const sourceTypes = known.sourceTypes ?? [];
  const status = statusOf({
    application,
    before: known,
    conditions,
    now,
    ...(revisions?.length ? { at: { revision: revisions[0] ?? '', revisions, sourceTypes } } : {}),
    operationState,
  });
  look.desk.last.delete(application.metadata.uid);
  const ended = operationState !== undefined && !isInProgress(operationState);
  return writeStatus(application, context, status, {
    refreshed: true,
    ...(ended ? { operation: 'ended' as const } : {}),
  });
}

/** An operation on an Application that is not in order ends, or is tried again by its strategy. */
function refusedOperation(look: Look, conditions: ApplicationCondition[]): OperationState | undefined {
  const { application, context, now } = look;
  const { operationState } = before(look);
  const requested = application.operation as Operation | undefined;
  if (isInProgress(operationState) && operationState.finishedAt) return undefined;
  const begun = { phase: 'Running' as const, startedAt: now };
  const state = isInProgress(operationState)
    ? operationState
    : requested && { operation: requested, ...begun };
  if (!state) return undefined;
  const message = conditions.map(({ type, message: text }) => `${type}: ${text}`).join(';');
  const failed: OperationState = { ...state, phase: 'Error', message, finishedAt: now };
  return state.phase === 'Terminating' ? failed : afterFailure(failed, context.clock.now(), now);
}

/** Looked at again when the sources may have moved; spread, so that not all Applications ask at once. */
function next({ desk, context }: Look): Outcome {
  const { reconciliationMs, reconciliationJitterMs } = desk.settings.config();
  if (reconciliationMs === 0) return doneFor(24 * 3_600_000);
  const [jitter = 0] = context.random.bytes(1);
  return doneFor(reconciliationMs + (jitter / 255) * reconciliationJitterMs);
}
