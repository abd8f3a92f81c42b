import { type Clock, type Kind, type KubeObject, type Log, messageOf, type Stored } from '@slipway/api';
import { CustomResourceDefinition } from '@slipway/kinds';
import { type Runtime, startInformer, type WatchedCache } from '@slipway/runtime';
import { createCollector } from './collector.ts';

export interface GarbageOptions {
  runtime: Runtime;
  clock: Clock;
  log: Log;
  signal: AbortSignal;
}

/** Events name no owners and are many; nobody waits for these. */
const IGNORED = new Set(['/events', 'events.k8s.io/events']);
/** After a CRD came or went, its kind shows in discovery a moment later. */
const SETTLE_MS = 200;
/** On a real cluster kinds also come with aggregated APIs, which no watch tells. */
const LOOK_AGAIN_MS = 30_000;

/** Follows every kind that the server serves, now and later, and collects what is left without owners. */
export function startGarbageCollector(options: GarbageOptions): { drained(): Promise<void> } {
  const { runtime, clock, log, signal } = options;
  const collector = createCollector({ client: runtime.client, clock, log, signal });
  const followed = new Map<string, AbortController>();
  const follow = (kind: Kind) => {
    const ending = new AbortController();
    followed.set(kindText(kind), ending);
    const cache = cacheOf(options, kind, AbortSignal.any([signal, ending.signal]));
    cache.onChange(({ object, previous }) => {
      if (object) collector.seen(kind, object);
      if (!object && previous) collector.gone(previous);
    });
    for (const object of cache.list()) collector.seen(kind, object);
  };
  const refresh = async () => {
    const kinds = (await runtime.client.kinds()).filter(kind => !IGNORED.has(`${kind.group}/${kind.plural}`));
    for (const kind of kinds) if (!followed.has(kindText(kind))) follow(kind);
    const served = new Set(kinds.map(kindText));
    for (const [name, ending] of followed) {
      if (served.has(name)) continue;
      ending.abort(new Error('the kind is gone'));
      followed.delete(name);
    }
  };
  void refreshForEver(options, refresh);
  return { drained: collector.drained };
}

function kindText({ group, version, plural }: Kind): string {
  return `${group}/${version}/${plural}`;
}

async function refreshForEver(
  { runtime, clock, log, signal }: GarbageOptions,
  refresh: () => Promise<void>,
): Promise<void> {
  let wake = Promise.withResolvers<void>();
  runtime.cacheOf(CustomResourceDefinition).onChange(() => wake.resolve());
  while (!signal.aborted) {
    wake = Promise.withResolvers<void>();
    await refresh().catch(error => {
      if (!signal.aborted) log.warn('kinds not listed', { error: messageOf(error) });
    });
    const waiting = new AbortController();
    const pause = clock.sleep(LOOK_AGAIN_MS, AbortSignal.any([signal, waiting.signal])).catch(() => {});
    await Promise.race([pause, wake.promise]);
    waiting.abort(new Error('a kind has changed'));
    await clock.sleep(SETTLE_MS, signal).catch(() => {});
  }
}

/** The shared cache where controllers hold the kind anyway; else one that keeps only metadata. */
function cacheOf(
  { runtime, clock, log }: GarbageOptions,
  kind: Kind,
  signal: AbortSignal,
): WatchedCache<KubeObject> {
  const shared = runtime.heldCache(kind);
  if (shared) return shared;
  return startInformer<KubeObject>({ kind, client: runtime.client, clock, log, signal, keep: metadataOnly });
}

function metadataOnly({ apiVersion, kind, metadata }: Stored<KubeObject>): Stored<KubeObject> {
  const { annotations: _annotations, labels: _labels, managedFields: _managedFields, ...kept } = metadata;
  return { apiVersion, kind, metadata: kept };
}
