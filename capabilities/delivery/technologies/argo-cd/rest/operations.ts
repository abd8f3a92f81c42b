import { mutate } from '@slipway/client';
import { GrpcError, readJson } from '@slipway/gateway';
import { Application } from '@slipway/kinds';
import type { Operation } from '../application/operation.ts';
import { canSync } from '../project/sync-window.ts';
import { applicationOf, keyOf, type StoredApplication } from './application-access.ts';
import { type Exchange, send } from './exchange.ts';
import { windowsOver } from './windows.ts';

interface SyncRequest {
  revision?: string;
  revisions?: string[];
  sourcePositions?: number[];
  dryRun?: boolean;
  prune?: boolean;
  strategy?: NonNullable<Operation['sync']>['syncStrategy'];
  resources?: NonNullable<Operation['sync']>['resources'];
  manifests?: string[];
  infos?: { name: string; value: string }[];
  retryStrategy?: Operation['retry'];
  syncOptions?: { items?: string[] };
}

interface SyncPolicy {
  automated?: { enabled?: boolean };
  syncOptions?: string[];
  retry?: Operation['retry'];
}

interface HistoryEntry {
  id: number;
  revision?: string;
  revisions?: string[];
  source?: Record<string, unknown>;
  sources?: Record<string, unknown>[];
}

function policyOf({ spec }: StoredApplication): SyncPolicy {
  return (spec?.syncPolicy ?? {}) as SyncPolicy;
}

function isAutomated(application: StoredApplication): boolean {
  const { automated } = policyOf(application);
  return automated !== undefined && automated.enabled !== false;
}

/** Starts a sync; the answer is the Application with its `operation`. */
export async function syncApplication(exchange: Exchange, [name = '']: string[]): Promise<void> {
  const wish = (await readJson(exchange.request)) as SyncRequest;
  const application = await applicationOf(exchange, name);
  await requireOpenWindow(exchange, application);
  if (application.metadata.deletionTimestamp)
    throw new GrpcError('FailedPrecondition', 'application is deleting');
  if (wish.manifests && isAutomated(application) && !wish.dryRun)
    throw new GrpcError(
      'FailedPrecondition',
      'cannot use local sync when Automatic Sync Policy is enabled unless for dry run',
    );
  const { syncOptions, retry } = policyOf(application);
  const { sources, source } = (application.spec ?? {}) as Record<'source' | 'sources', unknown>;
  const operation: Operation = {
    sync: {
      ...(Array.isArray(sources) ? { sources } : { source: source as Record<string, unknown> }),
      ...(wish.revision ? { revision: wish.revision } : {}),
      ...(wish.revisions ? { revisions: revisionsOf(wish) } : {}),
      ...(wish.prune ? { prune: true } : {}),
      ...(wish.dryRun ? { dryRun: true } : {}),
      ...(wish.strategy ? { syncStrategy: wish.strategy } : {}),
      ...(wish.resources ? { resources: wish.resources } : {}),
      ...(wish.manifests ? { manifests: wish.manifests } : {}),
      ...optionsOf(wish.syncOptions?.items ?? syncOptions),
    },
    ...retryOf(wish.retryStrategy ?? retry),
    ...(wish.infos ? { info: wish.infos } : {}),
  };
  send(exchange, await start(exchange, application, operation));
}

/** Revisions in the order of the sources; those that are not named keep their own. */
function revisionsOf({ revisions = [], sourcePositions }: SyncRequest): string[] {
  if (!sourcePositions) return revisions;
  const placed: string[] = [];
  for (const [at, position] of sourcePositions.entries()) placed[position - 1] = revisions[at] ?? '';
  return Array.from(placed, each => each ?? '');
}

function optionsOf(syncOptions: string[] | undefined): { syncOptions?: string[] } {
  return syncOptions ? { syncOptions } : {};
}

function retryOf(retry: Operation['retry']): { retry?: NonNullable<Operation['retry']> } {
  return retry ? { retry } : {};
}

async function requireOpenWindow(exchange: Exchange, application: StoredApplication): Promise<void> {
  const windows = await windowsOver(exchange.state, application);
  if (!canSync(windows, { isManual: true, nowMs: exchange.state.desk.ports.clock.now() }))
    throw new GrpcError('PermissionDenied', 'cannot sync: blocked by sync window');
}

/** What was deployed before, from `status.history`. */
export async function rollbackApplication(exchange: Exchange, [name = '']: string[]): Promise<void> {
  const { id, dryRun, prune } = (await readJson(exchange.request)) as {
    id?: number | string;
    dryRun?: boolean;
    prune?: boolean;
  };
  const application = await applicationOf(exchange, name);
  if (application.metadata.deletionTimestamp)
    throw new GrpcError('FailedPrecondition', 'application is deleting');
  if (isAutomated(application))
    throw new GrpcError('FailedPrecondition', 'rollback cannot be initiated when auto-sync is enabled');
  const history = (application.status?.history ?? []) as HistoryEntry[];
  const entry = history.find(each => each.id === Number(id));
  if (!entry) {
    const full = `${application.metadata.namespace}/${name}`;
    throw new GrpcError('InvalidArgument', `application ${full} does not have deployment with id ${id}`);
  }
  const operation: Operation = {
    sync: {
      ...(entry.sources ? { sources: entry.sources } : { source: entry.source ?? {} }),
      ...(entry.revision ? { revision: entry.revision } : {}),
      ...(entry.revisions ? { revisions: entry.revisions } : {}),
      syncStrategy: { apply: {} },
      ...(dryRun ? { dryRun } : {}),
      ...(prune ? { prune } : {}),
      ...optionsOf(policyOf(application).syncOptions),
    },
  };
  send(exchange, await start(exchange, application, operation));
}

/** As the caller, whose rights count; the audit then says who it was. */
function start(
  { state, user }: Exchange,
  application: StoredApplication,
  operation: Operation,
): Promise<StoredApplication> {
  return mutate(state.desk.ports.as(user), Application, keyOf(application), draft => {
    const phase = (draft.status?.operationState as { phase?: string } | undefined)?.phase;
    if (draft.operation || phase === 'Running' || phase === 'Terminating')
      throw new GrpcError('FailedPrecondition', 'another operation is already in progress');
    draft.operation = { ...operation, initiatedBy: { username: user.username } };
  });
}

/** Ends what runs: the controller stops where it is. */
export async function terminateOperation(exchange: Exchange, [name = '']: string[]): Promise<void> {
  const application = await applicationOf(exchange, name);
  await mutate(exchange.state.desk.ports.as(exchange.user), Application, keyOf(application), draft => {
    const state = draft.status?.operationState as { phase?: string } | undefined;
    if (state?.phase !== 'Running')
      throw new GrpcError('InvalidArgument', 'Unable to terminate operation. No operation is in progress');
    state.phase = 'Terminating';
  });
  send(exchange, {});
}
