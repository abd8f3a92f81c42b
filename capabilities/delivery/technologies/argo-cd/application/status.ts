import type { AnyObject } from '@slipway/api';
import { type HealthStatus, worst } from '../health/health.ts';
import type { Health } from '../health/types.ts';
import { type Item, type KnownResource, requiresConfirmation, type SyncCode, versionOf } from './compare.ts';
import { externalUrlsOf } from './external-urls.ts';
import type { OperationState } from './operation.ts';
import type { ApplicationCondition } from './spec.ts';
import { isHook, isIgnored, isOnlyDeleteHook, isSkipped, waveOf } from './sync/hook-types.ts';
import { imagesOf } from './sync/sync-task.ts';

const IGNORE_HEALTH = 'argocd.argoproj.io/ignore-healthcheck';
/** Where the engine itself lives. */
const CONTROLLER_NAMESPACE = 'slipway-system';

interface Condition extends ApplicationCondition {
  lastTransitionTime: string;
}

export interface HistoryEntry {
  id: number;
  revision: string;
  revisions?: string[];
  deployedAt: string;
  deployStartedAt: string;
  source?: unknown;
  sources?: unknown[];
  initiatedBy: unknown;
}

/** One line of `status.resources`. */
export interface ResourceStatus extends KnownResource {
  status?: SyncCode;
  health?: Health;
  hook?: boolean;
  requiresPruning?: boolean;
  requiresDeletionConfirmation?: boolean;
  syncWave?: number;
}

/** `status` of an Application, in Argo CD's shape. */
export interface ApplicationStatus {
  resources?: ResourceStatus[];
  sync?: { status: string; revision?: string; revisions?: string[]; comparedTo: Record<string, unknown> };
  health?: { status: string; lastTransitionTime?: string };
  history?: HistoryEntry[];
  conditions?: Condition[];
  reconciledAt?: string;
  operationState?: OperationState;
  sourceType?: string;
  sourceTypes?: string[];
  summary?: { images?: string[]; externalURLs?: string[]; isAppOfApps?: boolean };
  controllerNamespace?: string;
}

/** What the sources were at. */
export interface Revisions {
  revision: string;
  revisions: string[];
  sourceTypes: string[];
}

export interface StatusInput {
  application: AnyObject;
  before: ApplicationStatus;
  conditions: ApplicationCondition[];
  now: string;
  /** Absent: the sources could not be read. */
  at?: Revisions;
  /** Absent: nothing is known of what lives; what was known last stays. */
  compared?: { items: Item[]; status: SyncCode };
  operationState?: OperationState | undefined;
}

/** The next status; what did not change keeps its times, so that equal looks give equal bytes. */
export function statusOf(input: StatusInput): ApplicationStatus {
  const { application, before, compared, now, at } = input;
  const spec = (application.spec ?? {}) as Spec;
  const operationState = input.operationState ?? before.operationState;
  const history = historyOf(before, input.operationState, spec.revisionHistoryLimit ?? 10);
  const many = (spec.sources?.length ?? 0) > 0;
  const resources = compared
    ? resourcesOf(compared.items, spec.syncPolicy?.syncOptions ?? [])
    : before.resources;
  const conditions = conditionsOf(input.conditions, before, now);
  return {
    ...(resources ? { resources } : {}),
    sync: {
      status: compared?.status ?? 'Unknown',
      ...revisionsOf(at, before, many),
      comparedTo: comparedTo(spec, many),
    },
    health: healthStatus(before, compared?.items, now),
    ...(history.length > 0 ? { history } : {}),
    ...(conditions.length > 0 ? { conditions } : {}),
    reconciledAt: now,
    ...(operationState ? { operationState } : {}),
    ...sourceTypesOf(at, before, many),
    summary: summaryOf(application, compared?.items, before),
    controllerNamespace: CONTROLLER_NAMESPACE,
  };
}

interface Spec {
  source?: unknown;
  sources?: unknown[];
  destination?: unknown;
  ignoreDifferences?: unknown[];
  revisionHistoryLimit?: number;
  syncPolicy?: { syncOptions?: string[] };
}

function comparedTo(
  { source = {}, sources, destination = {}, ignoreDifferences }: Spec,
  many: boolean,
): Record<string, unknown> {
  return {
    ...(many ? { sources } : { source }),
    destination,
    ...(ignoreDifferences?.length ? { ignoreDifferences } : {}),
  };
}

function revisionsOf(at: Revisions | undefined, { sync }: ApplicationStatus, many: boolean) {
  if (many) {
    const revisions = at?.revisions ?? sync?.revisions;
    return revisions ? { revisions } : {};
  }
  const revision = at?.revision || sync?.revision;
  return revision ? { revision } : {};
}

function sourceTypesOf(at: Revisions | undefined, before: ApplicationStatus, many: boolean) {
  const types = at?.sourceTypes ?? before.sourceTypes ?? (before.sourceType ? [before.sourceType] : []);
  if (many) return types.length > 0 ? { sourceTypes: types } : {};
  return types[0] ? { sourceType: types[0] } : {};
}

/** `status.resources` of a comparison, in upstream's order. */
export function resourcesOf(items: Item[], syncOptions: string[]): ResourceStatus[] {
  const lines = items
    .filter(({ target, live }) => live || (target && !isHook(target)))
    .map(item => lineOf(item, syncOptions));
  const keyOf = ({ group = '', kind, namespace = '', name }: ResourceStatus) =>
    `${group}/${kind}/${namespace}/${name}`;
  return lines
    .map(line => [keyOf(line), line] as const)
    .sort(([a], [b]) => (a === b ? 0 : a < b ? -1 : 1))
    .map(([, line]) => line);
}

function lineOf(item: Item, syncOptions: string[]): ResourceStatus {
  const { kind, name, target, live, status, health } = item;
  const { group, version } = versionOf(item);
  const namespace = (live ?? target)?.metadata.namespace;
  const object = live ?? target;
  const isLiveHook = object !== undefined && (isHook(object) || isOnlyDeleteHook(object));
  const judged = live ? health : ({ status: 'Missing' } as const);
  const wave = target ? waveOf(target) : 0;
  return {
    ...(group ? { group } : {}),
    version,
    kind: kind.kind,
    ...(namespace ? { namespace } : {}),
    name,
    ...(status ? { status } : {}),
    ...(judged && !isLiveHook ? { health: judged } : {}),
    ...(isLiveHook ? { hook: true } : {}),
    ...(!target && !item.foreign ? { requiresPruning: true } : {}),
    ...(requiresConfirmation(item, syncOptions) ? { requiresDeletionConfirmation: true } : {}),
    ...(wave === 0 ? {} : { syncWave: wave }),
  };
}

function healthStatus(
  before: ApplicationStatus,
  items: Item[] | undefined,
  now: string,
): NonNullable<ApplicationStatus['health']> {
  const status = items ? healthOfAll(items) : 'Unknown';
  const since = before.health?.status === status ? before.health.lastTransitionTime : now;
  return { status, ...(since ? { lastTransitionTime: since } : {}) };
}

/**
 * The worst of what lives. One that is missing is said by the sync status already; when all are, so is the
 * Application (controller/health.go).
 */
export function healthOfAll(items: Item[]): HealthStatus {
  const counted = items.filter(
    ({ target, live }) =>
      !(target && isSkipped(target)) && !((live ?? target) ? isHookOrIgnored(live ?? target) : true),
  );
  const alive = counted.filter(({ live }) => live);
  if (counted.length > 0 && alive.length === 0) return 'Missing';
  const heard = alive.filter(({ live }) => live?.metadata.annotations?.[IGNORE_HEALTH] !== 'true');
  return worst(
    heard.flatMap(({ kind, health }) => {
      if (!health) return [];
      const isChild = isApplication(kind);
      return isChild && (health.status === 'Missing' || health.status === 'Unknown') ? [] : [health.status];
    }),
  );
}

function isApplication({ group, kind }: Item['kind']): boolean {
  return group === 'argoproj.io' && kind === 'Application';
}

function isHookOrIgnored(object: AnyObject | undefined): boolean {
  return object !== undefined && (isHook(object) || isIgnored(object) || isOnlyDeleteHook(object));
}

/** Sorted as upstream has them; one that stays keeps its time. */
function conditionsOf(
  conditions: ApplicationCondition[],
  before: ApplicationStatus,
  now: string,
): Condition[] {
  const kept = conditions.map(condition => {
    const same = before.conditions?.find(
      each => each.type === condition.type && each.message === condition.message,
    );
    return { ...condition, lastTransitionTime: same?.lastTransitionTime ?? now };
  });
  const text = ({ type, message }: Condition) => `${type}/${message}`;
  return kept.sort((a, b) => (text(a) === text(b) ? 0 : text(a) < text(b) ? -1 : 1));
}

/** A sync that succeeded becomes an entry, once. */
function historyOf(
  before: ApplicationStatus,
  state: OperationState | undefined,
  limit: number,
): HistoryEntry[] {
  const history = before.history ?? [];
  if (state?.phase !== 'Succeeded' || !state.syncResult || !state.finishedAt) return history;
  // A part of the resources, or none, is no deployment one could go back to.
  const { dryRun, resources } = state.operation.sync ?? {};
  if (dryRun || resources?.length) return history;
  // The write that ends a sync is the one that adds it.
  if (before.operationState?.phase === 'Succeeded' && before.operationState.startedAt === state.startedAt)
    return history;
  const { revision, revisions, source, sources } = state.syncResult;
  const many = (sources?.length ?? 0) > 0;
  const entry: HistoryEntry = {
    id: (history.at(-1)?.id ?? -1) + 1,
    revision: many ? '' : revision,
    ...(many ? { revisions: revisions ?? [], sources: sources ?? [] } : { source }),
    deployedAt: state.finishedAt,
    deployStartedAt: state.startedAt,
    initiatedBy: state.operation.initiatedBy ?? {},
  };
  return [...history, entry].slice(-limit);
}

function summaryOf(
  { metadata }: AnyObject,
  items: Item[] | undefined,
  before: ApplicationStatus,
): NonNullable<ApplicationStatus['summary']> {
  if (!items) return before.summary ?? {};
  const images = [...new Set(items.flatMap(({ live }) => (live ? imagesOf(live) : [])))].sort();
  const links = Object.entries(metadata.annotations ?? {}).flatMap(([name, value]) =>
    name.startsWith('link.argocd.argoproj.io/') ? [value] : [],
  );
  const urls = [...new Set([...externalUrlsOf(items), ...links])].sort();
  const isParent = items.some(({ kind, live }) => live && isApplication(kind));
  return {
    ...(urls.length > 0 ? { externalURLs: urls } : {}),
    ...(images.length > 0 ? { images } : {}),
    ...(isParent ? { isAppOfApps: true } : {}),
  };
}
