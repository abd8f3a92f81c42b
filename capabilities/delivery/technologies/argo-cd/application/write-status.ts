import { type AnyObject, hasReason, type Stored } from '@slipway/api';
import { mutate } from '@slipway/client';
import { Application } from '@slipway/kinds';
import type { Context } from '@slipway/runtime';
import { same } from './diff/fields.ts';
import type { Operation } from './operation.ts';
import type { ApplicationStatus } from './status.ts';

export const REFRESH = 'argocd.argoproj.io/refresh';

export interface WriteOptions {
  /** Puts an operation at the top of the Application, or takes the one away that has ended. */
  operation?: Operation | 'ended';
  /** The status holds what a refresh asked for. */
  refreshed?: boolean;
  /** Finalizers that hooks of the Application's end need, or need no more. */
  finalizers?: { add: string[]; remove: string[] };
}

/**
 * Status, the refresh annotation and the operation are one write of the Application, as upstream does it. Nothing is
 * written when nothing but the time of looking changed. The Application as it is afterwards.
 */
export async function writeStatus(
  application: Stored<AnyObject>,
  context: Context,
  status: ApplicationStatus,
  options: WriteOptions = {},
): Promise<Stored<AnyObject>> {
  const before = (application.status ?? {}) as ApplicationStatus;
  if (!isNews(application, before, status, options)) return application;
  const written = await write(application, context, status, options);
  if (written) tellChanges(application, context, before, status);
  return written ?? application;
}

function isNews(
  { metadata, operation }: Stored<AnyObject>,
  before: ApplicationStatus,
  status: ApplicationStatus,
  { operation: asked, refreshed, finalizers }: WriteOptions,
): boolean {
  const { reconciledAt: _at, ...content } = status;
  const { reconciledAt: _before, ...present } = before;
  if (asked === 'ended' ? operation !== undefined : asked !== undefined) return true;
  if (refreshed && metadata.annotations?.[REFRESH] !== undefined) return true;
  if (finalizers && changed(metadata.finalizers ?? [], finalizers).changed) return true;
  return !same(content, present);
}

function changed(present: string[], { add, remove }: NonNullable<WriteOptions['finalizers']>) {
  const kept = present.filter(each => !remove.includes(each));
  const all = [...kept, ...add.filter(each => !kept.includes(each))];
  return { all, changed: !same(all, present) };
}

async function write(
  application: Stored<AnyObject>,
  context: Context,
  status: ApplicationStatus,
  options: WriteOptions,
): Promise<Stored<AnyObject> | undefined> {
  const { metadata } = application;
  const refresh = metadata.annotations?.[REFRESH];
  const change = (draft: Stored<AnyObject>) => {
    if (draft.metadata.uid !== metadata.uid) return;
    if (options.refreshed && draft.metadata.annotations?.[REFRESH] === refresh)
      delete draft.metadata.annotations?.[REFRESH];
    if (options.operation === 'ended') delete draft.operation;
    else if (options.operation) draft.operation = options.operation;
    if (options.finalizers && !draft.metadata.deletionTimestamp)
      draft.metadata.finalizers = changed(draft.metadata.finalizers ?? [], options.finalizers).all;
    const live = (draft.status ?? {}) as ApplicationStatus;
    draft.status = { ...status, ...terminating(live, status) } as Record<string, unknown>;
  };
  try {
    // The cache is mostly current: then one write is enough.
    const draft = structuredClone(application);
    change(draft);
    return await context.client.update<AnyObject>(Application, draft);
  } catch (error) {
    if (hasReason(error, 'NotFound')) return undefined;
    if (!hasReason(error, 'Conflict')) throw error;
  }
  const key = { namespace: metadata.namespace ?? '', name: metadata.name };
  return mutate(context.client, Application, key, change).catch(error => {
    if (!hasReason(error, 'NotFound')) throw error;
    return undefined;
  });
}

/** Somebody asked to end the sync while we looked: that is not written over. */
function terminating(live: ApplicationStatus, next: ApplicationStatus): Partial<ApplicationStatus> {
  const asked = live.operationState?.phase === 'Terminating' && next.operationState?.phase === 'Running';
  if (!asked || !next.operationState) return {};
  const { finishedAt: _finished, ...state } = next.operationState;
  return { operationState: { ...state, phase: 'Terminating', message: 'operation is terminating' } };
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
  const isNew = old?.startedAt !== state.startedAt;
  const { revision = '', revisions } = state.syncResult ?? state.operation.sync ?? {};
  if (isNew && state.operation.initiatedBy?.automated)
    event(
      application,
      'Normal',
      'OperationStarted',
      `Initiated automated sync to '${(revisions ?? [revision]).join(', ')}'`,
    );
  const ended = state.phase !== 'Running' && state.phase !== 'Terminating' && state.finishedAt;
  if (!ended || (!isNew && old?.finishedAt === state.finishedAt && old?.phase === state.phase)) return;
  const partial = (state.operation.sync?.resources?.length ?? 0) > 0;
  const what = `${partial ? 'Partial sync operation' : 'Sync operation'} to ${state.syncResult?.revision ?? ''}`;
  const succeeded = state.phase === 'Succeeded';
  const text = succeeded ? `${what} succeeded` : `${what} failed: ${state.message ?? ''}`;
  event(application, succeeded ? 'Normal' : 'Warning', 'OperationCompleted', text);
}
