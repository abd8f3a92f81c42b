import type { Kind, KubeObject } from '@slipway/api';
import { Application as kind } from '@slipway/kinds';

/** One object that an Application holds, as Argo CD writes it. */
export interface ApplicationResource {
  group?: string;
  version: string;
  kind: string;
  namespace?: string;
  name: string;
  status?: string;
  health?: { status?: string; message?: string };
  requiresPruning?: boolean;
}

export interface HistoryEntry {
  id: number;
  revision?: string;
  /** Of several sources, in their order. */
  revisions?: string[];
  deployedAt: string;
  source?: Record<string, unknown>;
  sources?: Record<string, unknown>[];
  initiatedBy?: { username?: string; automated?: boolean };
}

export interface DeliveredSource {
  repoURL?: string;
  path?: string;
  chart?: string;
  ref?: string;
  targetRevision?: string;
}

/** What a sync did with one object. */
export interface SyncedResource {
  kind: string;
  namespace?: string;
  name: string;
  status?: string;
  message?: string;
  hookPhase?: string;
  syncPhase?: string;
}

export interface OperationState {
  phase: string;
  message?: string;
  startedAt?: string;
  finishedAt?: string;
  syncResult?: { resources?: SyncedResource[] };
}

/** An Argo CD Application, as far as the portal shows it. */
export interface DeliveredApplication extends KubeObject {
  spec: {
    project?: string;
    source?: DeliveredSource;
    sources?: DeliveredSource[];
    destination?: { namespace?: string; name?: string; server?: string };
    syncPolicy?: { automated?: { prune?: boolean; enabled?: boolean } };
  };
  status?: {
    sync?: { status?: string; revision?: string; revisions?: string[] };
    health?: { status?: string };
    resources?: ApplicationResource[];
    history?: HistoryEntry[];
    conditions?: { type: string; message: string; lastTransitionTime?: string }[];
    operationState?: OperationState;
    summary?: { images?: string[]; externalURLs?: string[] };
  };
}
export const DeliveredApplication = kind as Kind<KubeObject> as Kind<DeliveredApplication>;

/** Whether it follows its source by itself; then a revision that somebody chose would not stay. */
export function isAutomated({ spec }: DeliveredApplication): boolean {
  const { automated } = spec.syncPolicy ?? {};
  return automated !== undefined && automated.enabled !== false;
}

export interface Sync {
  /** Absent: the one its source points to. */
  revision?: string | undefined;
  revisions?: string[] | undefined;
  source?: Record<string, unknown> | undefined;
  sources?: Record<string, unknown>[] | undefined;
  /** Also remove what the source does not have any more; default true. */
  prune?: boolean;
  dryRun?: boolean;
  /** Make objects anew that cannot be changed. */
  force?: boolean;
}

/** The `operation` that Argo CD's own clients write to ask for a sync. */
export function operationOf({ force, prune = true, ...wanted }: Sync, username?: string) {
  const given = Object.entries({ prune, ...wanted }).filter(
    ([, value]) => value !== undefined && value !== false,
  );
  const strategy = force ? { syncStrategy: { hook: { force: true } } } : {};
  return {
    ...(username ? { initiatedBy: { username } } : {}),
    sync: { ...Object.fromEntries(given), ...strategy },
  };
}

/** What takes an application back to what was delivered before. */
export function syncTo({ revision, revisions, source, sources }: HistoryEntry): Sync {
  return sources ? { sources, revisions } : { source, revision };
}

/** Its sources, however many it has. */
export function sourcesOf({ spec: { source, sources } }: DeliveredApplication): DeliveredSource[] {
  return sources ?? (source ? [source] : []);
}

/** The command that asks for the same sync. */
export function syncCommand({ metadata }: DeliveredApplication, sync: Sync): string {
  const patch = JSON.stringify({ operation: operationOf(sync) });
  return `kubectl patch application ${metadata.name} -n ${metadata.namespace} --type merge -p '${patch}'`;
}
