import {
  type Clock,
  hasReason,
  type Key,
  keyText,
  messageOf,
  SlipwayError,
  type Stored,
  timestamp,
} from '@slipway/api';
import type { Client } from '@slipway/client';
import { isAllowed } from '@slipway/client';
import { Build, ConfigMap, isImported } from '@slipway/kinds';
import { type Context, type Controller, done, type Outcome } from '@slipway/runtime';
import { type BuildLog, buildLog } from './build-log.ts';
import type { Builder, Built } from './builder.ts';
import { checkSpec, teamOf } from './plan.ts';
import { originOf } from './sign/origin.ts';

export interface BuildControllerOptions {
  builder: Builder;
  client: Client;
  clock: Clock;
  /** Texts that must not show in a log. */
  secrets: string[];
  timeoutMs: number;
}

const CONCURRENT_BUILDS = 2;
const PROGRESS_MS = 1000;

/** Builds run once: what is Succeeded or Failed stays so; what a crash interrupted begins again. */
export function buildController(options: BuildControllerOptions): Controller<Build> {
  return {
    name: 'build',
    kind: Build,
    concurrency: CONCURRENT_BUILDS,
    condition: 'Complete',
    reconcile: (build, context) => reconcile(options, build, context),
  };
}

async function reconcile(
  options: BuildControllerOptions,
  build: Stored<Build>,
  context: Context,
): Promise<Outcome> {
  const { phase } = build.status ?? {};
  if (build.metadata.deletionTimestamp !== undefined || isImported(build)) return done;
  if (phase === 'Succeeded' || phase === 'Failed') {
    sayImmutable(build, context);
    return done;
  }
  const key = { namespace: build.metadata.namespace ?? '', name: build.metadata.name };
  const log = buildLog(options.secrets);
  if (phase === 'Running') log.line('the platform was stopped during this build: it begins again');
  const startedAt = timestamp(options.clock.now());
  const status = { phase: 'Running' as const, startedAt, startedGeneration: build.metadata.generation };
  await setStatus(options.client, key, status);
  const outcome = await attempt(options, build, { key, log, context });
  // The platform stops: whoever starts next begins again.
  if (context.signal.aborted) return done;
  await keepLog(options.client, build, log);
  await setStatus(options.client, key, {
    ...outcome,
    tail: log.tail(),
    log: `configmaps/${logName(build)}`,
    finishedAt: timestamp(options.clock.now()),
  });
  context.event(build, outcome.phase === 'Succeeded' ? 'Normal' : 'Warning', outcome.phase, outcome.message);
  return done;
}

interface Attempt {
  key: Key;
  log: BuildLog;
  context: Context;
}

type Finished = ({ phase: 'Succeeded'; message: string } & Built) | { phase: 'Failed'; message: string };

async function attempt(
  options: BuildControllerOptions,
  build: Stored<Build>,
  { key, log, context }: Attempt,
): Promise<Finished> {
  const gone = new AbortController();
  const timeout = AbortSignal.timeout(options.timeoutMs);
  const signal = AbortSignal.any([context.signal, gone.signal, timeout]);
  const stopProgress = followProgress(options, { key, log, gone });
  try {
    checkSpec(build);
    const built: Built = await options.builder({
      spec: build.spec,
      origin: originOf(build),
      log,
      signal,
      mayRead: repository => mayRead(options, build, repository),
    });
    return { phase: 'Succeeded', message: `built by recipe ${built.recipe}`, ...built };
  } catch (error) {
    const seconds = Math.round(options.timeoutMs / 1000);
    const message = timeout.aborted ? `build ${keyText(key)}: not done after ${seconds} s` : messageOf(error);
    log.line(`failed: ${message}`);
    if (!(error instanceof SlipwayError)) context.log.warn('build failed', { build: keyText(key), message });
    return { phase: 'Failed', message };
  } finally {
    await stopProgress();
  }
}

/** Shows the tail while it runs; a Build that is deleted is stopped. */
function followProgress(
  { client, clock }: BuildControllerOptions,
  { key, log, gone }: { key: Key; log: BuildLog; gone: AbortController },
): () => Promise<void> {
  const stop = new AbortController();
  let shown = '';
  const loop = async () => {
    for (;;) {
      await clock.sleep(PROGRESS_MS, stop.signal);
      const tail = log.tail();
      if (tail === shown) continue;
      shown = tail;
      await setStatus(client, key, { tail }).catch(error => {
        if (hasReason(error, 'NotFound'))
          gone.abort(new SlipwayError('BuildDeleted', `build ${keyText(key)} was deleted`));
      });
    }
  };
  const running = loop().catch(() => {});
  return async () => {
    stop.abort();
    await running;
  };
}

/** A team's own images, and what its ServiceAccount may pull besides. */
async function mayRead(
  { client, clock }: BuildControllerOptions,
  build: Build,
  repository: string,
): Promise<boolean> {
  const { namespace = '' } = build.metadata;
  const [team = '', ...rest] = repository.split('/');
  if (team === teamOf(namespace)) return true;
  const user = {
    username: `system:serviceaccount:${namespace}:default`,
    groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'],
  };
  const image = {
    group: 'artifacts.slipway.dev',
    resource: 'images',
    namespace: `team-${team}`,
    name: rest.join('/'),
  };
  return isAllowed(client, user, { ...image, verb: 'get' }, { clock });
}

function sayImmutable(build: Stored<Build>, context: Context): void {
  const started = (build.status as { startedGeneration?: number } | undefined)?.startedGeneration;
  if (started === undefined || build.metadata.generation === started) return;
  context.event(
    build,
    'Warning',
    'SpecImmutable',
    'spec was changed after the build began: this is ignored; create another Build',
  );
}

async function setStatus(client: Client, key: Key, status: Record<string, unknown>): Promise<void> {
  await client.patch(Build, key, { type: 'merge', body: { status } }, { subresource: 'status' });
}

function logName(build: Stored<Build>): string {
  return `${build.metadata.name}-build-log`;
}

/** The whole log (at most 512 KiB) in a ConfigMap that goes with the Build. */
async function keepLog(client: Client, build: Stored<Build>, log: BuildLog): Promise<void> {
  const { namespace = '', name, uid } = build.metadata;
  const owner = { apiVersion: 'artifacts.slipway.dev/v1alpha1', kind: 'Build', name, uid, controller: true };
  await client
    .apply(
      ConfigMap,
      {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: {
          namespace,
          name: logName(build),
          ownerReferences: [owner],
          labels: { 'slipway.dev/build': name },
        },
        data: { log: log.text() },
      },
      { fieldManager: 'oci-registry', force: true },
    )
    .catch(error => {
      if (!hasReason(error, 'NotFound')) throw error;
    });
}
