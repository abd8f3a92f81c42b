import { type AnyObject, type Key, type Stored, timestamp } from '@slipway/api';
import { mutate } from '@slipway/client';
import type { Ports } from '@slipway/definition';
import {
  Application,
  AppProject,
  Deployment,
  HTTPRoute,
  Ingress,
  Job,
  Pod,
  Repository,
  Service,
  StatefulSet,
} from '@slipway/kinds';
import {
  type Context,
  type Controller,
  controller,
  type Outcome,
  waitingFor,
  watching,
} from '@slipway/runtime';
import { projectProblems } from '../project/project.ts';
import { type Comparison, compare, type KnownResource } from './compare.ts';
import { finalize } from './finalize.ts';
import { decide, type Operation, type OperationState } from './operation.ts';
import { type LoadedSource, type SourceLoader, sameAddress, sourceLoader } from './source-objects.ts';
import { type ApplicationCondition, type ApplicationSpec, readSpec } from './spec.ts';
import { type ApplicationStatus, statusOf } from './status.ts';
import { advanceSync } from './sync.ts';
import { trackedBy } from './tracking.ts';

/** Kinds whose changes are looked at without waiting for the next comparison. */
const WATCHED = [Deployment, StatefulSet, Service, Job, Pod, HTTPRoute, Ingress];
const REFRESH = 'argocd.argoproj.io/refresh';
/** Argo CD's `timeout.reconciliation`. */
const RECONCILE_MS = 120_000;
const STEP_MS = 1_000;

/** Compares Applications with their sources and syncs them. */
export function applicationController(ports: Ports): Controller {
  const loader = sourceLoader(ports);
  return controller<AnyObject>({
    name: 'application',
    kind: Application,
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
      ...WATCHED.map(kind => watching({ kind: kind as typeof Application, keysOf: tracked })),
    ],
    reconcile: (application, context) => reconcile(application, context, loader),
  });
}

function applicationsOf({ status }: Repository, applications: Stored<AnyObject>[]): Key[] {
  const url = status?.url;
  if (!url) return [];
  const repoUrl = (each: AnyObject) =>
    String((each.spec?.source as { repoURL?: string } | undefined)?.repoURL ?? '');
  return applications.filter(each => sameAddress(repoUrl(each), url)).map(keyOfObject);
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
  loader: SourceLoader,
): Promise<Outcome> {
  if (application.metadata.deletionTimestamp) return finalize(application, context);
  const { spec, problems } = readSpec(application);
  if (!spec) return writeProblems(application, context, problems);
  const project = context
    .cache(AppProject)
    .list()
    .find(each => each.metadata.name === spec.project);
  const refused = projectProblems(project, spec);
  if (refused.length > 0) return writeProblems(application, context, refused);
  const source = await loader.load(spec.source, context.cache(Repository).list(), context.signal);
  if ('error' in source)
    return writeProblems(application, context, [comparisonError(source)], source.revision);
  return look(application, spec, source, context);
}

function comparisonError({ error }: { error: string }): ApplicationCondition {
  return { type: 'ComparisonError', message: `Failed to load target state: ${error}` };
}

async function writeProblems(
  application: Stored<AnyObject>,
  context: Context,
  conditions: ApplicationCondition[],
  revision?: string,
): Promise<Outcome> {
  const before = (application.status ?? {}) as ApplicationStatus;
  const now = timestamp(context.clock.now());
  await write(
    application,
    context,
    statusOf({ application, before, conditions, now, ...(revision ? { revision } : {}) }),
  );
  return waitingFor(conditions[0]?.type ?? 'Unknown', conditions[0]?.message ?? '', RECONCILE_MS);
}

type Loaded = Extract<LoadedSource, { manifests: unknown }>;

async function look(
  application: Stored<AnyObject>,
  spec: ApplicationSpec,
  source: Loaded,
  context: Context,
): Promise<Outcome> {
  const before = (application.status ?? {}) as ApplicationStatus;
  const name = { namespace: application.metadata.namespace ?? '', name: application.metadata.name };
  const input = { application: name, spec, manifests: source.manifests, client: context.client };
  const known = knownResources(before);
  let comparison = await compare({ ...input, known });
  const now = timestamp(context.clock.now());
  const decision = decide({
    spec,
    requested: application.operation as Operation | undefined,
    state: before.operationState,
    outOfSync: comparison.items.some(item => !item.synced),
    onlyPruning: comparison.items.every(item => item.synced || !item.target),
    empty: source.manifests.length === 0,
    revision: source.revision,
    now: context.clock.now(),
  });
  const state = stateOf(decision, source, spec, now);
  if (!state) {
    await write(application, context, statusFrom({ application, before, comparison, source, now }));
    return next(comparison, decision.next === 'wait' ? decision.ms : undefined);
  }
  if (decision.next === 'start') {
    // Written first: whoever goes on after a crash finds the same operation and what it had done.
    await write(
      application,
      context,
      statusFrom({ application, before, comparison, source, now, operationState: state }),
      true,
    );
  }
  const after = await advanceSync({ spec, items: comparison.items, state, client: context.client, now });
  comparison = await compare({ ...input, known });
  await write(
    application,
    context,
    statusFrom({ application, before, comparison, source, now, operationState: after }),
    true,
  );
  if (after.phase !== 'Running') tell(application, context, after);
  return after.phase === 'Running'
    ? waitingFor('Syncing', after.message ?? '', STEP_MS)
    : next(comparison, STEP_MS);
}

function knownResources({ resources, operationState }: ApplicationStatus): KnownResource[] {
  return [...(resources ?? []), ...(operationState?.syncResult?.resources ?? [])];
}

function stateOf(
  decision: ReturnType<typeof decide>,
  source: Loaded,
  spec: ApplicationSpec,
  now: string,
): OperationState | undefined {
  if (decision.next === 'continue') return decision.state;
  if (decision.next !== 'start') return undefined;
  return {
    operation: decision.operation,
    phase: 'Running',
    message: 'syncing',
    startedAt: now,
    ...(decision.retryCount > 0 ? { retryCount: decision.retryCount } : {}),
    syncResult: {
      revision: source.revision,
      source: {
        repoURL: spec.source.repoURL,
        path: spec.source.path,
        targetRevision: spec.source.targetRevision,
      },
      resources: [],
    },
  };
}

/** When to look again without being told: sooner while something is on its way. */
function next({ items }: Comparison, ms: number | undefined): Outcome {
  const moving = items.some(item => item.health?.status === 'Progressing');
  if (ms === undefined && !moving) return waitingFor('Synced', '', RECONCILE_MS);
  return waitingFor('Comparing', '', Math.max(ms ?? STEP_MS, 100));
}

function tell(application: Stored<AnyObject>, context: Context, { phase, message }: OperationState): void {
  const ok = phase === 'Succeeded';
  context.event(
    application,
    ok ? 'Normal' : 'Warning',
    ok ? 'OperationCompleted' : 'OperationFailed',
    message ?? '',
  );
}

interface StatusInput {
  application: Stored<AnyObject>;
  before: ApplicationStatus;
  comparison: Comparison;
  source: Loaded;
  now: string;
  operationState?: OperationState;
}

function statusFrom({ comparison, source, ...rest }: StatusInput): ApplicationStatus {
  const conditions = comparison.errors.map(message => ({ type: 'ComparisonError', message }));
  return statusOf({ ...rest, conditions, revision: source.revision, items: comparison.items });
}

/** Status, the refresh annotation and the operation that was taken on are one write of the Application, as upstream does it. */
async function write(
  application: Stored<AnyObject>,
  context: Context,
  status: ApplicationStatus,
  took = false,
): Promise<void> {
  const key = keyOfObject(application);
  const refreshed = application.metadata.annotations?.[REFRESH] !== undefined;
  const { reconciledAt: _at, ...content } = status;
  const { reconciledAt: _before, ...present } = (application.status ?? {}) as ApplicationStatus;
  if (!refreshed && !took && JSON.stringify(content) === JSON.stringify(present)) return;
  await mutate(context.client, Application, key, draft => {
    if (refreshed) delete draft.metadata.annotations?.[REFRESH];
    if (took) delete draft.operation;
    draft.status = { ...status } as Record<string, unknown>;
  });
}
