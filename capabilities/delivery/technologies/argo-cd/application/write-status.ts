import { type AnyObject, hasReason, type Stored } from '@slipway/api';
import { mutate } from '@slipway/client';
import { Application } from '@slipway/kinds';
import type { Context } from '@slipway/runtime';
import type { ApplicationStatus } from './status.ts';

export const REFRESH = 'argocd.argoproj.io/refresh';

/**
 * Status, the refresh annotation and the operation that was taken on are one write of the Application, as upstream does
 * it. Nothing is written when nothing but the time of looking changed.
 */
export async function writeStatus(
  application: Stored<AnyObject>,
  context: Context,
  status: ApplicationStatus,
  { tookOperation = false } = {},
): Promise<void> {
  const key = { namespace: application.metadata.namespace ?? '', name: application.metadata.name };
  const refreshed = application.metadata.annotations?.[REFRESH];
  const { reconciledAt: _at, ...content } = status;
  const before = (application.status ?? {}) as ApplicationStatus;
  const { reconciledAt: _before, ...present } = before;
  if (!refreshed && !tookOperation && equal(content, present)) return;
  await mutate(context.client, Application, key, draft => {
    if (draft.metadata.uid !== application.metadata.uid) return;
    if (draft.metadata.annotations?.[REFRESH] === refreshed) delete draft.metadata.annotations?.[REFRESH];
    if (tookOperation) delete draft.operation;
    const live = (draft.status ?? {}) as ApplicationStatus;
    draft.status = { ...status, ...terminating(live, status) } as Record<string, unknown>;
  }).catch(error => {
    if (!hasReason(error, 'NotFound')) throw error;
  });
  tellChanges(application, context, before, status);
}

/** Somebody asked to end the sync while we looked: that is not written over. */
function terminating(live: ApplicationStatus, next: ApplicationStatus): Partial<ApplicationStatus> {
  const asked = live.operationState?.phase === 'Terminating' && next.operationState?.phase === 'Running';
  if (!asked || !next.operationState) return {};
  return { operationState: { ...next.operationState, phase: 'Terminating' } };
}

/** The API keeps the order of fields as it likes. */
function equal(a: unknown, b: unknown): boolean {
  return JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, each]) => each !== undefined);
  return Object.fromEntries(
    entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, each]) => [key, sorted(each)]),
  );
}

/** Upstream's events. */
function tellChanges(
  application: Stored<AnyObject>,
  { event }: Context,
  before: ApplicationStatus,
  after: ApplicationStatus,
): void {
  const change = (what: string, from = '', to = '') => {
    if (from !== to)
      event(application, 'Normal', 'ResourceUpdated', `Updated ${what} status: ${from} -> ${to}`);
  };
  change('sync', before.sync?.status, after.sync?.status);
  change('health', before.health?.status, after.health?.status);
  const [old, state] = [before.operationState, after.operationState];
  if (!state) return;
  const revision = state.syncResult?.revision ?? '';
  const started = old?.startedAt !== state.startedAt || old?.retryCount !== state.retryCount;
  const by = state.operation.initiatedBy?.automated ? 'automated sync' : 'sync';
  if (started) event(application, 'Normal', 'OperationStarted', `Initiated ${by} to '${revision}'`);
  if (!state.finishedAt || (!started && old?.finishedAt === state.finishedAt)) return;
  const succeeded = state.phase === 'Succeeded';
  const text = succeeded ? 'succeeded' : `failed: ${state.message ?? ''}`;
  event(
    application,
    succeeded ? 'Normal' : 'Warning',
    'OperationCompleted',
    `Sync operation to ${revision} ${text}`,
  );
}
