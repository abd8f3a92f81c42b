import { same } from './diff/fields.ts';
import type { Operation, OperationState } from './operation.ts';
import type { ApplicationCondition, ApplicationSpec } from './spec.ts';

export interface AutoSyncInput {
  spec: ApplicationSpec;
  syncStatus: 'Synced' | 'OutOfSync' | 'Unknown';
  /** Of `status.resources`. */
  resources: AutoSyncResource[];
  state: OperationState | undefined;
  /** What the sources are at now; one for each of several. */
  revision: string;
  revisions: string[];
  /** As they stand in the Application. */
  rawSource: Record<string, unknown>;
  rawSources: Record<string, unknown>[] | undefined;
  selfHeal: { timeoutMs: number; backoffMs: number; factor: number; capMs: number; cooldownMs: number };
  now: number;
}

export interface AutoSyncResource {
  group?: string;
  kind: string;
  name: string;
  namespace?: string;
  status?: string;
  requiresPruning?: boolean;
}

export type AutoSync =
  | { next: 'none' }
  | { next: 'start'; operation: Operation }
  | { next: 'refused'; condition: ApplicationCondition }
  | { next: 'wait'; ms: number };

const NONE: AutoSync = { next: 'none' };

/**
 * What automated sync does with what a comparison found (appcontroller, autoSync). A revision is tried once, and again as
 * its retry strategy says; with self-heal also when what lives was changed afterwards, then only what was changed.
 */
export function autoSync(input: AutoSyncInput): AutoSync {
  const { automated } = input.spec;
  if (!automated || input.syncStatus !== 'OutOfSync') return NONE;
  const { resources } = input;
  const onlyPruning = resources.every(each => each.status === 'Synced' || each.requiresPruning);
  if (!automated.prune && onlyPruning) return NONE;
  const healing = healingOf(input);
  if ('next' in healing) return healing;
  if (automated.prune && !automated.allowEmpty && resources.every(each => each.requiresPruning))
    return refused(`Skipping sync attempt to ${revisionsText(input)}: auto-sync will wipe out all resources`);
  return { next: 'start', operation: operationOf(input, healing) };
}

function refused(message: string): AutoSync {
  return { next: 'refused', condition: { type: 'SyncError', message } };
}

/** As Go prints a list. */
function revisionsText({ rawSources, revision, revisions }: AutoSyncInput): string {
  return `[${(rawSources ? revisions : [revision]).join(' ')}]`;
}

function operationOf(
  { spec, revision, revisions, rawSource, rawSources }: AutoSyncInput,
  healing: Healing,
): Operation {
  const what = rawSources ? { sources: rawSources, revisions } : { source: rawSource, revision };
  return {
    sync: {
      ...what,
      ...(spec.automated?.prune ? { prune: true } : {}),
      ...(spec.syncOptions.length > 0 ? { syncOptions: spec.syncOptions } : {}),
      ...healing,
    },
    initiatedBy: { automated: true },
    retry: spec.retry ?? { limit: 5 },
  };
}

interface Healing {
  autoHealAttemptsCount?: number;
  resources?: { group?: string; kind: string; name: string }[];
}

/** Nothing when the revision is new; what to heal when it is not; or why nothing is done. */
function healingOf(input: AutoSyncInput): Healing | AutoSync {
  const { spec, state, resources } = input;
  if (!state || !wasTried(input, state)) return {};
  if (state.phase !== 'Succeeded')
    return refused(`Failed last sync attempt to ${triedText(input, state)}: ${state.message ?? ''}`);
  if (!spec.automated?.selfHeal) return NONE;
  const attempts = attemptsOf(input, state);
  const wait = finishedAt(state) + pauseMs(input, attempts) - input.now;
  if (wait > 0) return { next: 'wait', ms: wait };
  const changed = resources
    .filter(({ status }) => status !== 'Synced')
    .map(({ group, kind, name }) => ({ ...(group ? { group } : {}), kind, name }));
  return { autoHealAttemptsCount: attempts + 1, resources: changed };
}

/** The last sync was of these revisions of these sources; one without a result counts, so that it is not tried for ever. */
function wasTried(
  { revision, revisions, rawSource, rawSources }: AutoSyncInput,
  state: OperationState,
): boolean {
  const result = state.syncResult;
  if (!result) return true;
  if (rawSources) return same(result.revisions, revisions) && same(result.sources, rawSources);
  return result.revision === revision && same(result.source, rawSource);
}

function triedText({ rawSources }: AutoSyncInput, { syncResult }: OperationState): string {
  const revisions = rawSources ? (syncResult?.revisions ?? []) : [syncResult?.revision ?? ''];
  return syncResult ? `[${revisions.join(' ')}]` : '[]';
}

function finishedAt({ finishedAt: at, startedAt }: OperationState): number {
  return Date.parse(at ?? startedAt);
}

/** How often it was healed in a row; what has been at peace for a while begins anew. */
function attemptsOf({ selfHeal, now }: AutoSyncInput, state: OperationState): number {
  const count = state.operation.sync?.autoHealAttemptsCount ?? 0;
  const isAtPeace = selfHeal.cooldownMs > 0 && now - finishedAt(state) > selfHeal.cooldownMs;
  return isAtPeace ? 0 : count;
}

/** 0, then 2 s, 6 s, 18 s …, at most 5 min, if nobody says otherwise. */
function pauseMs({ selfHeal }: AutoSyncInput, attempts: number): number {
  if (selfHeal.backoffMs === 0) return selfHeal.timeoutMs;
  if (attempts === 0) return 0;
  return Math.min(selfHeal.backoffMs * selfHeal.factor ** (attempts - 1), selfHeal.capMs);
}
