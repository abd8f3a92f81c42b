import { type AnyObject, type Key, keyOf, keyText, type Stored, timestamp } from '@slipway/api';
import { Application, AppProject, Repository } from '@slipway/kinds';
import {
  type Context,
  type Controller,
  controller,
  done,
  doneFor,
  type Outcome,
  watching,
} from '@slipway/runtime';
import type { GitSources } from '../application/source/git-source.ts';
import { CONTROL_NAMESPACE } from '../application/tracking.ts';
import { sameGitUrl } from '../settings/git-url.ts';
import { failed, isRollingSync, upToDate } from './conditions.ts';
import { changedSpecs } from './differences.ts';
import { deletesInReverse, finalizeSet } from './finalize.ts';
import { generateApplications, RESOURCES_FINALIZER } from './generate.ts';
import { gitRepositories, requeueMs } from './generators/survey.ts';
import { gitTrees } from './git-tree.ts';
import { type Desk, groundOf, REFRESH } from './ground.ts';
import { inputsOf } from './last-look.ts';
import { policyOf, type SyncPolicy } from './policy.ts';
import { type Rollout, rollOut } from './rolling-sync/roll-out.ts';
import { type ApplicationSet, type ApplicationSetCondition, ApplicationSetKind } from './spec.ts';
import { problemText, validateApplications } from './validate.ts';
import { writeApplications } from './write-applications.ts';
import { writeStatus } from './write-status.ts';

/** After something that only a person or another server can mend. */
const AGAIN_MS = 180_000;

type Given = Omit<Desk, 'trees' | 'settingsVersion' | 'last'> & { git: GitSources };

/** Makes Applications from generators and a template, and keeps them so. */
export function applicationSetController({ git, ...given }: Given): Controller {
  const desk: Desk = { ...given, trees: gitTrees(git), settingsVersion: 0, last: new Map() };
  return controller<ApplicationSet>({
    name: 'application-set',
    kind: ApplicationSetKind,
    watches: [
      watching<AnyObject>({ kind: Application, keysOf: ownerOf }),
      watching<AnyObject>({
        kind: AppProject,
        keysOf: (_project, { cache }) => cache(ApplicationSetKind).list().map(keyOf),
      }),
      watching<Repository>({
        kind: Repository,
        keysOf: ({ status }, { cache }) =>
          cache(ApplicationSetKind)
            .list()
            .filter(set => gitRepositories(set).some(url => sameGitUrl(url, status?.url ?? '')))
            .map(keyOf),
      }),
    ],
    listen: (wake, { cache }) =>
      given.settings.onChange(() => {
        desk.settingsVersion++;
        for (const set of cache(ApplicationSetKind).list()) wake(keyOf(set));
      }),
    reconcile: (set, context) => reconcile(set, context, desk),
    removed: async key => {
      desk.last.delete(keyText(key));
    },
  });
}

function ownerOf({ metadata }: AnyObject): Key[] {
  const owner = metadata.ownerReferences?.find(each => each.controller && each.kind === 'ApplicationSet');
  return owner ? [{ namespace: metadata.namespace ?? '', name: owner.name }] : [];
}

/** One look at an ApplicationSet. */
interface Look {
  set: Stored<ApplicationSet>;
  current: Stored<AnyObject>[];
  policy: SyncPolicy;
  context: Context;
  desk: Desk;
}

async function reconcile(set: Stored<ApplicationSet>, context: Context, desk: Desk): Promise<Outcome> {
  const { settings } = desk;
  const { namespace = '', name, deletionTimestamp } = set.metadata;
  if (!settings.isApplicationSetNamespace(namespace)) return done;
  const current = context
    .cache(Application)
    .list({ namespace })
    .filter(application => ownerOf(application).some(owner => owner.name === name));
  const policy = policyOf(set, settings.config().applicationSet);
  const look: Look = { set, current, policy, context, desk };
  if (deletionTimestamp) {
    desk.last.delete(keyText(keyOf(set)));
    return finalizeSet(look);
  }
  const inputs = inputsOf(set, current, context, desk.settingsVersion);
  const last = desk.last.get(keyText(keyOf(set)));
  const leftMs = last?.inputs === inputs ? last.untilMs - context.clock.now() : 0;
  if (last && leftMs > 0) {
    await report(look, last.given);
    return Number.isFinite(leftMs) ? doneFor(leftMs) : done;
  }
  desk.last.delete(keyText(keyOf(set)));
  await holdForOrder(look);
  return lookAt(look, inputs);
}

/** Generates and writes, whatever was found before. */
async function lookAt(look: Look, inputs: string): Promise<Outcome> {
  const { set, context, desk } = look;
  const generated = await generateApplications(set, groundOf(set, context, desk));
  if ('reason' in generated) {
    await report(look, failed(generated, { parametersGenerated: false }));
    return doneFor(AGAIN_MS);
  }
  return apply(look, generated.applications, inputs);
}

/** Applications that go in an order need somebody to wait for them. */
async function holdForOrder({ set, context }: Look): Promise<void> {
  const { finalizers = [] } = set.metadata;
  if (!deletesInReverse(set) || finalizers.includes(RESOURCES_FINALIZER)) return;
  const body = { metadata: { finalizers: [...finalizers, RESOURCES_FINALIZER] } };
  await context.client.patch(ApplicationSetKind, keyOf(set), { type: 'merge', body });
}

async function apply(look: Look, applications: AnyObject[], inputs: string): Promise<Outcome> {
  const { set, current, policy, context, desk } = look;
  const config = desk.settings.config().applicationSet;
  const findCluster = desk.clusters.find;
  const { valid, problems } = validateApplications({
    setName: set.metadata.name,
    applications,
    hasProject: name => context.cache(AppProject).get({ namespace: CONTROL_NAMESPACE, name }) !== undefined,
    findCluster,
  });
  const isRolling = config.progressiveSyncs && isRollingSync(set);
  if (isRolling && (set.spec.strategy?.rollingSync?.steps ?? []).length === 0) {
    const failure = { reason: 'ApplicationSetRolloutError', message: 'No steps defined for rollout' };
    await report(look, failed(failure, { parametersGenerated: true }));
    return doneFor(AGAIN_MS);
  }
  const now = timestamp(context.clock.now());
  const changed = isRolling ? await changedSpecs(set, current, valid, desk.jq) : new Set<string>();
  const rollout = isRolling ? rollOut({ set, current, desired: valid, changed, now }) : undefined;
  const failure = await writeApplications({
    set,
    current,
    valid: rollout?.applications ?? valid,
    generated: new Set(applications.map(({ metadata }) => metadata.name ?? '')),
    policy,
    kept: { annotations: config.preservedAnnotations, labels: config.preservedLabels },
    context,
    jq: desk.jq,
    findCluster,
  });
  const told = failure ?? invalid(problems);
  const given = told ? failed(told, { parametersGenerated: true }) : upToDate();
  await report(look, given, rollout);
  await endRefresh(look);
  const ms = requeueMs(set, config.requeueMs) ?? (told ? AGAIN_MS : undefined);
  const untilMs = context.clock.now() + (ms ?? Number.POSITIVE_INFINITY);
  // A rollout goes by what Applications say of themselves.
  if (!isRolling && !failure) desk.last.set(keyText(keyOf(set)), { inputs, given, untilMs });
  return ms === undefined ? done : doneFor(ms);
}

function invalid(problems: Map<string, string>): { reason: string; message: string } | undefined {
  if (problems.size === 0) return undefined;
  return { reason: 'ApplicationValidationError', message: problemText(problems) };
}

async function report(
  { set, context, desk }: Look,
  given: Omit<ApplicationSetCondition, 'lastTransitionTime'>[],
  rollout?: Rollout,
): Promise<void> {
  const { namespace = '', name } = set.metadata;
  const current = context
    .cache(Application)
    .list({ namespace })
    .filter(application => ownerOf(application).some(owner => owner.name === name));
  const { maxResources } = desk.settings.config().applicationSet;
  await writeStatus({
    set,
    current,
    given: [...given, ...(rollout?.conditions ?? [])],
    rollout,
    maxResources,
    context,
  });
}

async function endRefresh({ set, context }: Look): Promise<void> {
  if (set.metadata.annotations?.[REFRESH] === undefined) return;
  const body = { metadata: { annotations: { [REFRESH]: null } } };
  await context.client.patch(ApplicationSetKind, keyOf(set), { type: 'merge', body });
}
