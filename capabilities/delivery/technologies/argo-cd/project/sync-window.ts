import { messageOf } from '@slipway/api';
import { matchesGlob } from '../settings/glob.ts';
import { goDurationMs } from '../settings/go-duration.ts';
import { nextTime, parseCron } from './cron.ts';
import type { ProjectSpec, SyncWindow } from './spec.ts';

/** What a window's selectors look at. */
export interface WindowSubject {
  name: string;
  destination: { server?: string; name?: string; namespace?: string };
}

export interface SyncRequest {
  /** Somebody asked for it, or: the engine began it by itself. */
  isManual: boolean;
  nowMs: number;
  /** When the sync that goes on began: a window with `syncOverrun` lets it end. */
  startedAtMs?: number;
}

/** Windows of a project that concern an Application (`andOperator`: every selector that is given has to fit). */
export function windowsOf({ syncWindows = [] }: ProjectSpec, subject: WindowSubject): SyncWindow[] {
  return syncWindows.filter(window => concerns(window, subject));
}

/** Upstream's order: applications, clusters, namespaces; with OR the first that fits decides. */
function concerns(window: SyncWindow, { name, destination }: WindowSubject): boolean {
  const { applications = [], clusters = [], namespaces = [], andOperator = false } = window;
  const fits = (patterns: string[], ...texts: (string | undefined)[]) =>
    patterns.some(pattern => texts.some(text => text && matchesGlob(text, pattern)));
  const byNamespace = namespaces.some(pattern => matchesGlob(destination.namespace ?? '', pattern));
  const checks: [string[], boolean][] = [
    [applications, fits(applications, name)],
    [clusters, fits(clusters, destination.name, destination.server)],
    [namespaces, byNamespace],
  ];
  const given = checks.filter(([patterns]) => patterns.length > 0);
  if (given.length === 0) return false;
  return andOperator ? given.every(([, fit]) => fit) : given.some(([, fit]) => fit);
}

/** Windows that are open at a moment. @throws Error "cannot parse schedule '…': …" or "cannot parse duration '…': …" */
export function activeWindows(windows: SyncWindow[], nowMs: number): SyncWindow[] {
  return windows.filter(window => isActive(window, nowMs));
}

function isActive(window: SyncWindow, nowMs: number): boolean {
  const { next } = timesOf(window, nowMs);
  return next !== undefined && next < nowMs;
}

/** The first opening that could still be open, in UTC milliseconds, and how long a window lasts. */
function timesOf(window: SyncWindow, nowMs: number): { next: number | undefined; durationMs: number } {
  const { schedule = '', duration = '' } = window;
  const cron = attempt(`cannot parse schedule '${schedule}'`, () => parseCron(schedule));
  const durationMs = attempt(`cannot parse duration '${duration}'`, () => goDurationMs(duration));
  const offset = offsetMs(window.timeZone ?? '', nowMs);
  const next = nextTime(cron, nowMs + offset - durationMs);
  return { next: next === undefined ? undefined : next - offset, durationMs };
}

function attempt<T>(what: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new Error(`${what}: ${messageOf(error)}`);
  }
}

/** How far a zone is ahead of UTC now; one that nobody knows is UTC (as upstream). */
function offsetMs(timeZone: string, nowMs: number): number {
  if (timeZone === '' || timeZone === 'UTC') return 0;
  try {
    const format = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });
    const text = format.formatToParts(nowMs).find(({ type }) => type === 'timeZoneName')?.value ?? '';
    const [, sign, hours = '0', minutes = '0', seconds = '0'] =
      /GMT([+-])(\d+):(\d+)(?::(\d+))?/.exec(text) ?? [];
    const ms = Number(hours) * 3_600_000 + Number(minutes) * 60_000 + Number(seconds) * 1_000;
    return sign === '-' ? -ms : ms;
  } catch {
    return 0;
  }
}

/**
 * Whether windows let a sync happen. An open window that denies wins over one that allows; windows that allow and are
 * all closed deny, too.
 * @throws Error "invalid sync windows: …"
 */
export function canSync(windows: SyncWindow[], { isManual, nowMs, startedAtMs }: SyncRequest): boolean {
  if (windows.length === 0) return true;
  const active = attempt('invalid sync windows', () => activeWindows(windows, nowMs));
  const denying = active.filter(({ kind }) => kind === 'deny');
  const couldBefore = () => startedAtMs !== undefined && canSync(windows, { isManual, nowMs: startedAtMs });
  if (denying.length > 0) return isLetThrough(denying, isManual, couldBefore);
  if (active.some(({ kind }) => kind === 'allow')) return true;
  const closed = windows.filter(window => window.kind === 'allow' && !active.includes(window));
  return closed.length === 0 || isLetThrough(closed, isManual, couldBefore);
}

function isLetThrough(windows: SyncWindow[], isManual: boolean, couldBefore: () => boolean): boolean {
  if (isManual && windows.every(({ manualSync }) => manualSync)) return true;
  return windows.every(({ syncOverrun }) => syncOverrun) && couldBefore();
}

/** Milliseconds until some window opens or closes; undefined when none ever does. */
export function nextChangeMs(windows: SyncWindow[], nowMs: number): number | undefined {
  const changes = windows.flatMap(window => {
    const { next, durationMs } = timesOf(window, nowMs);
    if (next === undefined) return [];
    return [next >= nowMs ? next - nowMs + 1 : next + durationMs - nowMs];
  });
  return changes.length === 0 ? undefined : Math.max(1, Math.min(...changes));
}
