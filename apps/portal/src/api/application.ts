import type { Kind, KubeObject } from '@slipway/api';
import { Application as kind } from '@slipway/kinds';
import { client } from './client.ts';

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
  revision: string;
  deployedAt: string;
  source?: Record<string, unknown>;
  initiatedBy?: { username?: string; automated?: boolean };
}

/** An Argo CD Application, as far as the portal shows it. */
export interface DeliveredApplication extends KubeObject {
  spec: {
    source?: { repoURL?: string; path?: string; targetRevision?: string };
    destination?: { namespace?: string; name?: string; server?: string };
    syncPolicy?: { automated?: { prune?: boolean; enabled?: boolean } };
  };
  status?: {
    sync?: { status?: string; revision?: string };
    health?: { status?: string };
    resources?: ApplicationResource[];
    history?: HistoryEntry[];
    conditions?: { type: string; message: string; lastTransitionTime?: string }[];
    operationState?: { phase: string; message?: string; startedAt?: string; finishedAt?: string };
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
  revision?: string;
  source?: Record<string, unknown>;
}

/** The `operation` that Argo CD's own clients write to ask for a sync. */
export function operationOf({ revision, source }: Sync, username?: string): Record<string, unknown> {
  const sync = { prune: true, ...(revision ? { revision } : {}), ...(source ? { source } : {}) };
  return { ...(username ? { initiatedBy: { username } } : {}), sync };
}

/** Asks for a sync as the signed-in person. @throws StatusError */
export async function requestSync(
  { metadata }: DeliveredApplication,
  sync: Sync,
  username: string | undefined,
): Promise<void> {
  const { namespace = '', name = '' } = metadata;
  const body = { operation: operationOf(sync, username) };
  await client.patch(DeliveredApplication, { namespace, name }, { type: 'merge', body });
}

/** The command that asks for the same sync. */
export function syncCommand({ metadata }: DeliveredApplication, sync: Sync): string {
  const patch = JSON.stringify({ operation: operationOf(sync) });
  return `kubectl patch application ${metadata.name} -n ${metadata.namespace} --type merge -p '${patch}'`;
}
