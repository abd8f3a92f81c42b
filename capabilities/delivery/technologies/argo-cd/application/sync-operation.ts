import { type AnyObject, messageOf, type Stored } from '@slipway/api';
import type { Manifest } from '@slipway/render';
import { projectProblems } from '../project/project.ts';
import { projectSpecOf } from '../project/spec.ts';
import { canSync, nextChangeMs, windowsOf } from '../project/sync-window.ts';
import { type Comparison, compare, type Item, type KnownResource } from './compare.ts';
import type { Around, Desk } from './desk.ts';
import { same } from './diff/fields.ts';
import { ignoredIn } from './diff/ignore-differences.ts';
import { withoutFieldsOf } from './diff/managed-fields.ts';
import { normalizeAll } from './diff/normalize.ts';
import { patchMetaOf } from './diff/patch-meta.ts';
import { compareInput, type Ground, syncClient } from './ground.ts';
import type { OperationState, SyncOperation, SyncResult } from './operation.ts';
import type { Loaded, RenderedFor } from './source/load.ts';
import { readSource } from './source/read-source.ts';
import { sourcesProblems } from './source/source-problems.ts';
import { advanceSync } from './sync/advance-sync.ts';
import { withIgnoredAsLive } from './sync/respect-ignored.ts';
import { readSyncOptions } from './sync/sync-options.ts';

const APPROVED = 'argocd.argoproj.io/deletion-approved';
const MIGRATED_MANAGER = 'argocd.argoproj.io/client-side-apply-migration-manager';

export interface SyncOperationInput {
  desk: Desk;
  application: Stored<AnyObject>;
  ground: Ground;
  around: Around;
  state: OperationState;
  /** The Application's own sources as they stand in it. */
  raw: RawSources;
  /** What they gave, and how that compares: used again when the operation means the same. Absent: they cannot be read. */
  own: { loaded: Loaded; comparison: Comparison } | undefined;
  known: KnownResource[];
  rendered: RenderedFor;
  signal: AbortSignal;
  now: string;
  checkpoint(state: OperationState): Promise<void>;
}

/** Sources as they stand in an Application: one, or several. */
export interface RawSources {
  source?: Record<string, unknown>;
  sources?: Record<string, unknown>[];
}

export interface SyncOutcome {
  state: OperationState;
  /** Milliseconds until a window opens or closes, when one is in the way. */
  blockedMs?: number;
}

/** Goes on with an operation (controller/sync.go, SyncAppState). */
export async function syncOperation(input: SyncOperationInput): Promise<SyncOutcome> {
  const { state } = input;
  const failed = (message: string): SyncOutcome => ({
    state: { ...state, phase: 'Error', message, finishedAt: input.now },
  });
  const { sync } = state.operation;
  if (!sync) return failed('Invalid operation request: no operation specified');
  const result = state.syncResult ?? resultOf(sync, input.raw);
  const blocked = windowProblem(input);
  if (blocked) return { ...blocked, state: { ...blocked.state, syncResult: result } };
  try {
    const target = await targetOf(input, sync, result);
    if ('problem' in target) return failed(target.problem);
    return { state: await advance(input, { ...target, result }) };
  } catch (error) {
    input.signal.throwIfAborted();
    return failed(messageOf(error));
  }
}

/** What a sync is of, before anything was looked up. */
function resultOf(sync: SyncOperation, raw: RawSources): SyncResult {
  const named: RawSources = sync.sources?.length
    ? { sources: sync.sources }
    : sync.source
      ? { source: sync.source }
      : raw;
  const { sources, source } = named;
  return {
    revision: sync.revision ?? '',
    ...(sync.revisions ? { revisions: sync.revisions } : {}),
    source: source ?? sources?.[0] ?? {},
    ...(sources?.length ? { sources } : {}),
  };
}

/** A window of the project that keeps this sync from going on now. */
function windowProblem({ desk, ground, state }: SyncOperationInput): SyncOutcome | undefined {
  const { rules, name, spec } = ground;
  const { destination } = spec;
  const windows = windowsOf(projectSpecOf(rules.project), { name: name.name, destination });
  const nowMs = desk.ports.clock.now();
  const isManual = state.operation.initiatedBy?.automated !== true;
  const text = 'Sync operation blocked by sync window';
  const blocked = (message: string): SyncOutcome => ({
    state: state.phase === 'Running' ? { ...state, message } : state,
    blockedMs: nextChangeMs(windows, nowMs) ?? 60_000,
  });
  try {
    const startedAtMs = Date.parse(state.startedAt);
    return canSync(windows, { isManual, nowMs, startedAtMs }) ? undefined : blocked(text);
  } catch (error) {
    return { ...blocked(`${text}: ${messageOf(error)}`), blockedMs: 60_000 };
  }
}

type Target = { loaded: Loaded; comparison: Comparison } | { problem: string };

/** What an operation syncs: the Application's sources, or others, or other revisions of them. */
async function targetOf(input: SyncOperationInput, sync: SyncOperation, result: SyncResult): Promise<Target> {
  const { own, ground, desk, around, rendered, signal } = input;
  const raw = result.sources ?? [result.source];
  const revisions = result.sources ? (result.revisions ?? []) : [result.revision];
  if (own && !sync.manifests?.length && isOwn(input.raw, raw) && isAt(own.loaded, revisions)) return own;
  const [problem] = sourcesProblems(result.sources ? { sources: raw } : { source: result.source });
  if (problem) return { problem: `operation: ${problem}` };
  const sources = raw.map(readSource).map((source, index) => {
    const revision = revisions[index];
    return revision ? { ...source, targetRevision: revision } : source;
  });
  const [refused] = projectProblems(ground.rules, { ...ground.spec, sources });
  if (refused) return { problem: `${refused.type}: ${refused.message}` };
  const local = sync.manifests?.length ? localManifests(sync.manifests) : undefined;
  if (local && 'problem' in local) return local;
  const known = around.repositories;
  const loaded = await desk.loader.load(sources, { known, fresh: true, signal, application: rendered });
  if ('error' in loaded) return { problem: `ComparisonError: Failed to load target state: ${loaded.error}` };
  const manifests = local?.manifests ?? loaded.manifests;
  const comparison = await compare({ ...compareInput(desk, ground), manifests, known: input.known });
  return { loaded: { ...loaded, manifests }, comparison };
}

function isOwn(own: RawSources, sources: unknown[]): boolean {
  return same(own.sources ?? [own.source], sources);
}

function isAt(loaded: Loaded, revisions: string[]): boolean {
  return revisions.every((revision, index) => revision === '' || revision === loaded.revisions[index]);
}

/** Objects that a client sent along (`argocd app sync --local`). */
function localManifests(texts: string[]): { manifests: Manifest[] } | { problem: string } {
  try {
    const manifests = texts.map((text, index) => ({
      object: JSON.parse(text) as AnyObject,
      file: 'local',
      document: index + 1,
      line: 1,
    }));
    return { manifests };
  } catch (error) {
    return { problem: `ComparisonError: Failed to load local manifests: ${messageOf(error)}` };
  }
}

interface Advance {
  loaded: Loaded;
  comparison: Comparison;
  result: SyncResult;
}

async function advance(
  input: SyncOperationInput,
  { loaded, comparison, result }: Advance,
): Promise<OperationState> {
  const { desk, ground, application, state, now } = input;
  const options = readSyncOptions(state.operation.sync?.syncOptions ?? []);
  const many = result.sources !== undefined;
  const syncResult: SyncResult = {
    ...result,
    revision: loaded.revision,
    ...(many ? { revisions: loaded.revisions } : {}),
  };
  const begun = { ...state, syncResult };
  const [shared] = comparison.conditions.filter(({ type }) => type === 'SharedResourceWarning');
  if (options.failOnSharedResource && shared)
    return {
      ...begun,
      phase: 'Failed',
      message: `Shared resource found: ${shared.message}`,
      finishedAt: now,
    };
  const errors = comparison.conditions.filter(({ type }) => type === 'ComparisonError');
  if (errors.length > 0) {
    const message = errors.map(({ type, message: text }) => `${type}: ${text}`).join(';');
    return { ...begun, phase: 'Error', message, finishedAt: now };
  }
  const items = options.respectIgnoreDifferences
    ? await Promise.all(comparison.items.map(item => withoutIgnored(item, desk, ground)))
    : comparison.items;
  const { annotations = {} } = application.metadata;
  return advanceSync({
    items,
    state: begun,
    options,
    client: syncClient(desk, ground),
    clock: desk.ports.clock,
    health: desk.health,
    now,
    destinationNamespace: ground.spec.destination.namespace,
    managedNamespace: ground.spec.managedNamespaceMetadata,
    pruneConfirmed: isApproved(application, state.startedAt),
    migratedManager: annotations[MIGRATED_MANAGER] || 'kubectl-client-side-apply',
    refusal: compareInput(desk, ground).refusal,
    checkpoint: input.checkpoint,
  });
}

/** Whether somebody approved deletions since a moment (`argocd.argoproj.io/deletion-approved`). */
export function isApproved({ metadata }: AnyObject, since: string): boolean {
  const at = Date.parse(metadata.annotations?.[APPROVED] ?? '');
  return !Number.isNaN(at) && at >= Date.parse(since);
}

async function withoutIgnored(item: Item, { jq }: Desk, { diff }: Ground): Promise<Item> {
  const { target, live, hook } = item;
  if (!target || !live || hook) return item;
  const ignored = ignoredIn(target, diff.ignoreRules);
  const pair = withoutFieldsOf(ignored.managedFieldsManagers, { live, target });
  const options = { ignored, ignoreAggregatedRoles: false, knownFields: [] };
  const [normalizedTarget = target, normalizedLive = live] = await normalizeAll(
    [pair.target, pair.live],
    options,
    jq,
  );
  const meta = await patchMetaOf(target.apiVersion, target.kind);
  return { ...item, target: withIgnoredAsLive({ target, normalizedTarget, live, normalizedLive }, meta) };
}
