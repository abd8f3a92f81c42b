import { systemClock } from '@slipway/api';
import { askWho } from '@slipway/client';
import {
  type AppliedCluster,
  type ApplyEvent,
  applyCluster,
  type ClusterPlan,
  followsOf,
  type ThroughRepository,
  type Until,
} from '@slipway/cluster';
import { type Lock, type Revision, recordRevision, SYSTEM_NAMESPACE } from '@slipway/definition';
import { awaitAuthors, wireTools } from '@slipway/platform';
import { columns, EXIT, type Format, print, say } from '../output.ts';
import type { Cluster } from './open-cluster.ts';
import { platformAuthority, trustingHttp } from './platform-authority.ts';
import { openPlatformRepository } from './platform-repository.ts';
import { askProbe } from './probe.ts';

export interface ClusterApplyOptions {
  until: Until;
  /** For each component. */
  timeoutMs: number;
  cause: string;
  signal?: AbortSignal;
}

export interface ClusterApplied extends AppliedCluster {
  lock: Lock;
  revision?: Revision;
}

/** Applies a plan, with the controllers that wire the tools running beside it; then the lock and a revision are kept. */
export async function applyToCluster(
  cluster: Cluster,
  plan: ClusterPlan,
  { until, timeoutMs, cause, signal }: ClusterApplyOptions,
): Promise<ClusterApplied> {
  const { client, selection } = cluster;
  const http = trustingHttp(platformAuthority(client, selection));
  const wiring = wireTools(client, selection, plan, http);
  const { username } = await askWho(client);
  const through = throughRepository(cluster, username);
  try {
    const applied = await applyCluster(plan, {
      client,
      clock: systemClock,
      timeoutMs,
      until,
      probe: probe => askProbe(http, probe),
      ...(through ? { through } : {}),
      tell: tellEvent,
      begun: async () => {
        if (plan.base.some(({ kind }) => kind === 'MutatingAdmissionPolicy'))
          await awaitAuthors(client, { clock: systemClock, namespace: SYSTEM_NAMESPACE, timeoutMs });
        await wiring.start();
      },
      ...(signal ? { signal } : {}),
    });
    if (applied.failed) return { ...applied, lock: plan.lock };
    const by = { actor: username, cause, lock: plan.lock };
    const revision = await recordRevision(client, selection.document, by);
    await cluster.writeLock(plan.lock);
    return { ...applied, lock: plan.lock, revision };
  } finally {
    await wiring.stop();
    await through?.close();
  }
}

/** How a plan with a repository gets there; the copy of it goes when the apply has ended. */
function throughRepository(cluster: Cluster, actor: string): (ThroughRepository & Closing) | undefined {
  const follows = followsOf(cluster.selection.components);
  if (!follows) return undefined;
  const opened: Closing[] = [];
  return {
    follows,
    open: async plan => {
      const repository = await openPlatformRepository(cluster, plan, actor);
      opened.push(repository);
      return repository;
    },
    close: async () => {
      for (const each of opened) await each.close();
    },
  };
}

interface Closing {
  close(): Promise<void>;
}

function tellEvent(event: ApplyEvent): void {
  if (event.type === 'begins') say(`${event.id}${event.version ? ` ${event.version}` : ''}`);
  if (event.type === 'waits') say(`  waiting: ${event.line}`);
  if (event.type === 'committed') say(`  commit ${event.commit.slice(0, 12)}  ${event.title}`);
  if (event.type === 'failed') say(`  failed: ${event.message}`);
  if (event.type !== 'ended') return;
  const { created, changed, unchanged, removed, ms } = event.outcome;
  const seconds = (ms / 1000).toFixed(1);
  say(
    `  ${created} created, ${changed} changed, ${unchanged} as they were, ${removed.length} removed (${seconds} s)`,
  );
}

/** Prints what an apply came to. Ends with 1 when something could not be applied, 3 when it is not ready. */
export function reportCluster(
  output: Format,
  { components, gone, failed, revision }: ClusterApplied,
): number {
  const value = {
    ready: !failed,
    components,
    gone,
    failed: failed ?? null,
    revision: revision?.revision ?? null,
  };
  print(output, value, () =>
    [
      columns([
        ['COMPONENT', 'CREATED', 'CHANGED', 'AS IT WAS', 'REMOVED'],
        ...components.map(({ id, created, changed, unchanged, removed }) => [
          id,
          ...[created, changed, unchanged, removed.length].map(String),
        ]),
      ]),
      ...gone.map(id => `gone: ${id}`),
      failed
        ? `failed: ${failed.id}: ${failed.message}`
        : `revision ${revision?.revision}: everything is as it is defined`,
    ].join('\n'),
  );
  if (!failed) return EXIT.done;
  return failed.code === 'NotReady' || failed.code === 'NotProbed' ? EXIT.unhealthy : EXIT.failed;
}
