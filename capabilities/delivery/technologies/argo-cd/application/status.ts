import type { AnyObject } from '@slipway/api';
import { worst } from '../health/health.ts';
import { type Item, type ResourceStatus, resourcesOf } from './compare.ts';
import { externalUrlsOf } from './external-urls.ts';
import type { OperationState } from './operation.ts';
import type { ApplicationCondition } from './spec.ts';

const IGNORE_HEALTH = 'argocd.argoproj.io/ignore-healthcheck';

interface Condition extends ApplicationCondition {
  lastTransitionTime: string;
}

interface HistoryEntry {
  id: number;
  revision: string;
  deployedAt: string;
  deployStartedAt: string;
  source: unknown;
  initiatedBy: unknown;
}

/** `status` of an Application, in Argo CD's shape. */
export interface ApplicationStatus {
  resources?: ResourceStatus[];
  sync?: { status: string; revision?: string; comparedTo: { source: unknown; destination: unknown } };
  health?: { status: string; lastTransitionTime?: string };
  history?: HistoryEntry[];
  conditions?: Condition[];
  reconciledAt?: string;
  operationState?: OperationState;
  sourceType?: string;
  summary?: { images?: string[]; externalURLs?: string[] };
  controllerNamespace?: string;
}

export interface StatusInput {
  application: AnyObject;
  before: ApplicationStatus;
  conditions: ApplicationCondition[];
  now: string;
  revision?: string;
  /** Absent: the source could not be read, so nothing is known. */
  items?: Item[];
  operationState?: OperationState;
}

/** The next status; what did not change keeps its times, so that equal looks give equal bytes. */
export function statusOf(input: StatusInput): ApplicationStatus {
  const { application, before, items, now, revision } = input;
  const spec = application.spec as
    | { source?: unknown; destination?: unknown; revisionHistoryLimit?: number }
    | undefined;
  const comparedTo = { source: spec?.source ?? {}, destination: spec?.destination ?? {} };
  const operationState = input.operationState ?? before.operationState;
  const history = historyOf(before, input.operationState, spec?.revisionHistoryLimit ?? 10);
  const images = items ? imagesOf(items) : before.summary?.images;
  const urls = items ? externalUrlsOf(items) : (before.summary?.externalURLs ?? []);
  return {
    ...(items ? { resources: resourcesOf(items) } : before.resources ? { resources: before.resources } : {}),
    sync: { status: syncStatus(items), ...(revision ? { revision } : {}), comparedTo },
    health: healthStatus(before, items, now),
    ...(history.length > 0 ? { history } : {}),
    ...(input.conditions.length > 0
      ? { conditions: input.conditions.map(each => kept(each, before, now)) }
      : {}),
    reconciledAt: now,
    ...(operationState ? { operationState } : {}),
    sourceType: 'Directory',
    summary: {
      ...(urls.length > 0 ? { externalURLs: urls } : {}),
      ...(images && images.length > 0 ? { images } : {}),
    },
    controllerNamespace: 'slipway-system',
  };
}

function syncStatus(items: Item[] | undefined): string {
  if (!items) return 'Unknown';
  return items.every(item => item.synced) ? 'Synced' : 'OutOfSync';
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
function healthOfAll(items: Item[]) {
  const counted = items.filter(item => !item.hook);
  const live = counted.filter(item => item.live);
  if (counted.length > 0 && live.length === 0) return 'Missing';
  const heard = live.filter(item => item.live?.metadata.annotations?.[IGNORE_HEALTH] !== 'true');
  return worst(heard.flatMap(item => (item.health ? [item.health.status] : [])));
}

function kept(condition: ApplicationCondition, before: ApplicationStatus, now: string): Condition {
  const same = before.conditions?.find(
    each => each.type === condition.type && each.message === condition.message,
  );
  return { ...condition, lastTransitionTime: same?.lastTransitionTime ?? now };
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
  if (state.operation.sync?.dryRun || state.operation.sync?.resources?.length) return history;
  // The write that ends a sync is the one that adds it.
  if (before.operationState?.phase === 'Succeeded') return history;
  const last = history.at(-1);
  const entry: HistoryEntry = {
    id: (last?.id ?? -1) + 1,
    revision: state.syncResult.revision,
    deployedAt: state.finishedAt,
    deployStartedAt: state.startedAt,
    source: state.syncResult.source,
    initiatedBy: state.operation.initiatedBy ?? {},
  };
  return [...history, entry].slice(-limit);
}

/** Images that containers of live objects name, sorted. */
function imagesOf(items: Item[]): string[] {
  const images = new Set<string>();
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) for (const each of value) visit(each);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return;
    for (const [key, each] of Object.entries(value)) {
      if ((key === 'containers' || key === 'initContainers') && Array.isArray(each)) {
        for (const { image } of each as { image?: unknown }[])
          if (typeof image === 'string') images.add(image);
      }
      visit(each);
    }
  };
  for (const item of items) visit(item.live?.spec);
  return [...images].sort();
}
