import type { DeliveryEvent, DeploymentEvent } from '@slipway/kinds';

/** As much of an Application's status as tells of deployments (Argo CD's shape). */
export interface ApplicationStatus {
  history?: HistoryEntry[];
  health?: { status?: string; lastTransitionTime?: string; message?: string };
  operationState?: {
    phase?: string;
    message?: string;
    startedAt?: string;
    finishedAt?: string;
    syncResult?: { revision?: string };
  };
}

export interface HistoryEntry {
  id: number;
  /** Commit in the environment's repository. */
  revision?: string;
  deployedAt: string;
}

/** What a deployment brought. Absent: nobody can tell any more. */
export interface Brought {
  revision?: string;
  commits?: string[];
  rollback?: boolean;
}

/** Events kept for each environment, whatever their age: with more of them the window of measures gets shorter. */
export const MOST_EVENTS = 1000;
/** Older ones go, but for the newest few, which say what ran and whether it failed. */
const KEPT_DAYS = 60;
const ALWAYS_KEPT = 20;
/** A Deployment that missed its deadline says so until the repair's pods are counted: the old failure, once more. */
const ECHO_MS = 2000;

/** Entries of an Application's history that are not among the events yet, oldest first. */
export function newEntries(known: DeliveryEvent[], { history = [] }: ApplicationStatus): HistoryEntry[] {
  const last = lastDeployment(known);
  const seen = new Set(known.flatMap(event => (event.type === 'deployment' ? [event.id] : [])));
  return history
    .filter(entry => !seen.has(entryId(entry)) && (!last || entry.deployedAt >= last.at))
    .sort((a, b) => (a.deployedAt < b.deployedAt ? -1 : 1));
}

/** What is known after another look at an Application: new deployments, a failure, a recovery. Pure. */
export function observe(
  known: DeliveryEvent[],
  status: ApplicationStatus,
  brought: (entry: HistoryEntry) => Brought,
): DeliveryEvent[] {
  let events = known;
  for (const entry of newEntries(known, status)) events = withDeployment(events, entry, brought(entry));
  events = withFailedSync(events, status);
  events = withDegraded(events, status);
  events = withRecovery(events, status);
  return events.slice(-MOST_EVENTS);
}

function entryId({ id, deployedAt }: HistoryEntry): string {
  return `${id}@${deployedAt}`;
}

function lastDeployment(events: DeliveryEvent[]): DeploymentEvent | undefined {
  return events.findLast(event => event.type === 'deployment');
}

/** What ran last, as far as anybody knows. */
export function lastRevision(events: DeliveryEvent[]): string | undefined {
  const last = events.findLast(event => event.type === 'deployment' && event.revision !== undefined);
  return last?.type === 'deployment' ? last.revision : undefined;
}

/** A sync that brought the revision that was there already is no deployment. */
function withDeployment(events: DeliveryEvent[], entry: HistoryEntry, brought: Brought): DeliveryEvent[] {
  const { revision, commits } = brought;
  if (revision !== undefined && lastDeployment(events)?.revision === revision) return events;
  const before = events.some(event => event.type === 'deployment' && event.revision === revision);
  const rollback = brought.rollback ?? (revision !== undefined && before);
  const deployment: DeploymentEvent = {
    type: 'deployment',
    at: entry.deployedAt,
    id: entryId(entry),
    ...(revision === undefined ? {} : { revision }),
    ...(commits === undefined ? {} : { commits: rollback ? [] : commits }),
    ...(rollback ? { rollback } : {}),
  };
  return inOrder([...events, deployment]);
}

/** A sync that failed is a deployment that failed, once for each revision that was tried. */
function withFailedSync(events: DeliveryEvent[], { operationState }: ApplicationStatus): DeliveryEvent[] {
  const { phase = '', finishedAt, message = '', syncResult } = operationState ?? {};
  if (!/^(Failed|Error)$/.test(phase) || !finishedAt) return events;
  const id = `failed:${syncResult?.revision ?? finishedAt}`;
  if (events.some(event => event.type === 'deployment' && event.id === id)) return events;
  return inOrder([
    ...events,
    { type: 'deployment', at: finishedAt, id },
    { type: 'failure', at: finishedAt, cause: 'sync-failed', message: message.slice(0, 300) },
  ]);
}

function withDegraded(events: DeliveryEvent[], { health }: ApplicationStatus): DeliveryEvent[] {
  const at = health?.lastTransitionTime;
  if (health?.status !== 'Degraded' || !at) return events;
  const last = lastDeployment(events);
  if (isFailing(events) && (!last || at <= last.at)) return events;
  if (events.some(event => event.type === 'failure' && event.at >= at)) return events;
  const message = (health.message ?? 'the environment is degraded').slice(0, 300);
  return inOrder([...events, { type: 'failure', at, cause: 'degraded', message }]);
}

function withRecovery(
  events: DeliveryEvent[],
  { health, operationState }: ApplicationStatus,
): DeliveryEvent[] {
  if (!isFailing(events) || health?.status !== 'Healthy') return events;
  if (/^(Failed|Error|Running|Terminating)$/.test(operationState?.phase ?? '')) return events;
  const failure = events.findLast(event => event.type === 'failure');
  const since = [health.lastTransitionTime ?? '', failure?.at ?? ''];
  const sync = failure?.cause === 'sync-failed' ? (operationState?.finishedAt ?? '') : '';
  const at = [...since, sync].sort().at(-1) ?? '';
  return inOrder([...withoutEcho(events, at), { type: 'recovery', at }]);
}

/** A failure that began while an earlier one lasted, and was over at once, is none of the repair's. */
function withoutEcho(events: DeliveryEvent[], endedAt: string): DeliveryEvent[] {
  const index = events.findLastIndex(event => event.type === 'failure');
  const { at = '' } = events[index] ?? {};
  const short = Date.parse(endedAt) - Date.parse(at) <= ECHO_MS;
  return short && isFailing(events.slice(0, index)) ? events.toSpliced(index, 1) : events;
}

/** Whether the last failure has not ended. */
export function isFailing(events: DeliveryEvent[]): boolean {
  return events.findLast(event => event.type !== 'deployment')?.type === 'failure';
}

/** By time; what came in later stays behind what has the same second. */
function inOrder(events: DeliveryEvent[]): DeliveryEvent[] {
  return [...events].sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
}

/** Without what no measure looks at any more. */
export function withoutOld(events: DeliveryEvent[], now: number): DeliveryEvent[] {
  const from = now - KEPT_DAYS * 86_400_000;
  const first = events.findIndex(event => Date.parse(event.at) >= from);
  const recent = first < 0 ? events.length : first;
  return events.slice(Math.min(recent, Math.max(0, events.length - ALWAYS_KEPT)));
}
