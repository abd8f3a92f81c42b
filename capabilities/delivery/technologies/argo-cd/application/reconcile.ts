import { type AnyObject, hasReason, type Key, type Kind, type Stored, timestamp } from '@slipway/api';
import type { Ports, Settings } from '@slipway/definition';
import {
  Application,
  AppProject,
  CronJob,
  Deployment,
  HTTPRoute,
  Ingress,
  Job,
  Pod,
  Repository,
  Service,
  StatefulSet,
} from '@slipway/kinds';
import { type Context, type Controller, controller, doneFor, type Outcome, watching } from '@slipway/runtime';
import { type ProjectRules, projectProblems } from '../project/project.ts';
import { comparisonMemo } from './comparison-memo.ts';
import { driftWatch } from './drift-watch.ts';
import { finalize } from './finalize.ts';
import { type Desk, lookAt, renderedFor } from './look.ts';
import { sourceLoader } from './source/load.ts';
import { rawSources } from './source/read-source.ts';
import { RECONCILE_MS, sameAddress } from './source/revision.ts';
import { type ApplicationCondition, type ApplicationSpec, readSpec } from './spec.ts';
import { type ApplicationStatus, statusOf } from './status.ts';
import { CONTROL_NAMESPACE, trackedBy } from './tracking.ts';
import { REFRESH, writeStatus } from './write-status.ts';

/** Kinds whose objects other controllers keep in memory anyway; `drift-watch` follows the rest. */
const CACHED: Kind[] = [Deployment, StatefulSet, Service, Job, CronJob, Pod, HTTPRoute, Ingress] as Kind[];

/** Compares Applications with their sources and syncs them. */
export function applicationController(ports: Ports, settings: Settings, signal: AbortSignal): Controller {
  const desk: Desk = {
    loader: sourceLoader(ports),
    memo: comparisonMemo(),
    lookedAt: new Map(),
    drift: driftWatch({
      client: ports.client,
      clock: ports.clock,
      log: ports.log,
      signal,
      except: CACHED,
      changed: name => askRefresh(ports, name),
    }),
  };
  signal.addEventListener('abort', () => desk.loader.close(), { once: true });
  return controller<AnyObject>({
    name: 'application',
    kind: Application,
    concurrency: 8,
    watches: [
      watching<Repository>({
        kind: Repository,
        keysOf: (repository, { cache }) => applicationsOf(repository, cache(Application).list()),
      }),
      watching<AnyObject>({
        kind: AppProject,
        keysOf: (project, { cache }) =>
          cache(Application)
            .list()
            .filter(each => (each.spec?.project ?? 'default') === project.metadata.name)
            .map(keyOfObject),
      }),
      ...CACHED.map(kind => watching({ kind: kind as Kind<AnyObject>, keysOf: tracked })),
    ],
    reconcile: (application, context) => reconcile(application, context, desk, settings),
  });
}

/** As `argocd app get --refresh` does it. */
async function askRefresh({ client }: Ports, key: Key): Promise<void> {
  const body = { metadata: { annotations: { [REFRESH]: 'normal' } } };
  await client.patch(Application, key, { type: 'merge', body }).catch(error => {
    if (!hasReason(error, 'NotFound')) throw error;
  });
}

function applicationsOf({ status }: Repository, applications: Stored<AnyObject>[]): Key[] {
  const url = status?.url;
  if (!url) return [];
  const reads = (each: AnyObject) =>
    rawSources((each.spec ?? {}) as Record<string, unknown>).some(({ repoURL }) =>
      sameAddress(String(repoURL ?? ''), url),
    );
  return applications.filter(reads).map(keyOfObject);
}

function keyOfObject({ metadata }: Stored<AnyObject>): Key {
  return { namespace: metadata.namespace ?? '', name: metadata.name };
}

function tracked(object: AnyObject): Key[] {
  const owner = trackedBy(object);
  return owner ? [owner] : [];
}

async function reconcile(
  application: Stored<AnyObject>,
  context: Context,
  desk: Desk,
  settings: Settings,
): Promise<Outcome> {
  if (application.metadata.deletionTimestamp) {
    desk.lookedAt.delete(application.metadata.uid);
    return finalize(application, context);
  }
  const refresh = application.metadata.annotations?.[REFRESH];
  if (refresh === 'hard') {
    desk.loader.clear();
    desk.memo.clear();
  }
  const { spec, problems } = readSpec(application);
  if (!spec) return writeProblems(application, context, problems);
  const rules = rulesOf(application, spec, context, settings);
  const refused = spec.sources.flatMap(source => projectProblems(rules, { ...spec, source }));
  if (refused.length > 0) return writeProblems(application, context, refused);
  const thorough = refresh !== undefined || isDue(application, context, desk);
  const known = context.cache(Repository).list();
  const { signal } = context;
  const rendered = renderedFor(application, spec, context);
  const source = await desk.loader.load(spec.sources, {
    known,
    fresh: thorough,
    signal,
    application: rendered,
  });
  if ('error' in source) {
    const message = `Failed to load target state: ${source.error}`;
    return writeProblems(application, context, [{ type: 'ComparisonError', message }], source.revisions[0]);
  }
  return lookAt({ application, spec, source, rules, context, desk, thorough });
}

function rulesOf(
  application: Stored<AnyObject>,
  spec: ApplicationSpec,
  context: Context,
  settings: Settings,
): ProjectRules {
  return {
    project: context.cache(AppProject).get({ namespace: CONTROL_NAMESPACE, name: spec.project }),
    name: spec.project,
    applicationNamespace: application.metadata.namespace ?? '',
    applicationName: application.metadata.name,
    environments: settings.environments,
  };
}

/** Nobody has looked for so long that the source may have moved without telling. */
function isDue({ metadata }: Stored<AnyObject>, { clock }: Context, { lookedAt }: Desk): boolean {
  const now = clock.now();
  const last = lookedAt.get(metadata.uid);
  if (last !== undefined && now - last < RECONCILE_MS) return false;
  lookedAt.set(metadata.uid, now);
  return true;
}

async function writeProblems(
  application: Stored<AnyObject>,
  context: Context,
  conditions: ApplicationCondition[],
  revision?: string,
): Promise<Outcome> {
  const before = (application.status ?? {}) as ApplicationStatus;
  const now = timestamp(context.clock.now());
  const isNew = conditions.some(({ message }) => !before.conditions?.some(each => each.message === message));
  const [first] = conditions;
  if (isNew && first) context.event(application, 'Warning', first.type, first.message);
  const status = statusOf({ application, before, conditions, now, ...(revision ? { revision } : {}) });
  await writeStatus(application, context, status);
  return doneFor(RECONCILE_MS / 8);
}
