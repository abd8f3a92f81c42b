import { type AnyObject, hasReason, messageOf, type Stored, timestamp } from '@slipway/api';
import { mutate } from '@slipway/client';
import { Application, AppProject, KEEP, Repository } from '@slipway/kinds';
import { type Context, done, doneFor, type Outcome } from '@slipway/runtime';
import type { KnownResource } from './compare.ts';
import { cleanDeleteHooks, type DeleteHooks, type LiveObject, runDeleteHooks } from './delete-hooks.ts';
import type { Around, Desk } from './desk.ts';
import { cleanup, POST_DELETE, PRE_DELETE, RESOURCES, RESOURCES_FINALIZERS } from './finalizers.ts';
import { compareInput, type Ground, groundOf } from './ground.ts';
import { renderedFor } from './look.ts';
import type { ApplicationStatus } from './status.ts';
import { annotationList, ownOption } from './sync/annotations.ts';
import { deleteObject } from './sync/apply-object.ts';
import { waveOf } from './sync/hook-types.ts';
import { isCrd } from './sync/task-order.ts';
import { isApproved } from './sync-operation.ts';
import { prepareTargets, type Target } from './targets.ts';
import { instanceName, instanceOf } from './tracking.ts';

const AGAIN_MS = 500;
const CONFIRM_MS = 5_000;

interface End {
  desk: Desk;
  context: Context;
  application: Stored<AnyObject>;
  ground: Ground;
  objects: LiveObject[];
  /** The hooks of the end as the sources have them now; absent when nobody needs them. */
  targets: HookTargets | undefined;
}

/** Hooks of the end, or why the sources do not say which there are. */
type HookTargets = { targets: Target[] } | { error: string };

const isOfHooks = (finalizer: string): boolean =>
  finalizer.startsWith(PRE_DELETE) || finalizer.startsWith(POST_DELETE);

/**
 * Ends an Application step by step, a finalizer each: hooks before it goes, what it made, hooks afterwards, and the hooks
 * themselves (appcontroller, finalizeApplicationDeletion). What its project does not permit any more stays.
 */
export async function finalize(
  desk: Desk,
  application: Stored<AnyObject>,
  context: Context,
): Promise<Outcome> {
  const finalizers = application.metadata.finalizers ?? [];
  const own = [...RESOURCES_FINALIZERS, ...[PRE_DELETE, POST_DELETE].flatMap(each => [each, cleanup(each)])];
  if (!finalizers.some(each => own.includes(each))) return done;
  const around = {
    projects: context.cache(AppProject).list(),
    repositories: context.cache(Repository).list(),
  };
  const ground = groundOf(desk, application, around);
  if ('problems' in ground) return withoutGround(desk, application, context, { own, problems: ground });
  try {
    const targets = finalizers.some(isOfHooks) ? await targetsOf(desk, ground, around, context) : undefined;
    const objects = await liveObjects(desk, application, ground, targets);
    return await step({ application, context, desk, ground, objects, targets }, finalizers);
  } catch (error) {
    context.signal.throwIfAborted();
    await tellError(application, context, messageOf(error));
    return doneFor(CONFIRM_MS);
  }
}

/** A destination that is gone holds nothing that could be deleted; anything else has to be mended. */
async function withoutGround(
  desk: Desk,
  application: Stored<AnyObject>,
  context: Context,
  { own, problems }: { own: string[]; problems: Exclude<ReturnType<typeof groundOf>, Ground> },
): Promise<Outcome> {
  const message = problems.problems.map(each => each.message).join(';');
  const isLost = problems.spec !== undefined && !isReachable(desk, problems.spec.destination);
  if (isLost) {
    await dropFinalizers(application, context, own);
    return done;
  }
  await tellError(application, context, message);
  return doneFor(CONFIRM_MS);
}

function isReachable({ clusters }: Desk, destination: Parameters<Desk['clusters']['find']>[0]): boolean {
  try {
    clusters.find(destination);
    return true;
  } catch {
    return false;
  }
}

async function step(end: End, finalizers: string[]): Promise<Outcome> {
  const { application, context } = end;
  const drop = async (names: string[]) => {
    await dropFinalizers(application, context, names);
    return doneFor(50);
  };
  const hooks = (type: DeleteHooks['type']): DeleteHooks => ({
    type,
    client: end.ground.reached.client,
    health: end.desk.health,
    objects: end.objects,
  });
  if (finalizers.includes(PRE_DELETE)) {
    if (!(await runDeleteHooks(hooks('PreDelete'), wantedHooks(end)))) return doneFor(AGAIN_MS);
    return drop([PRE_DELETE]);
  }
  if (finalizers.some(each => RESOURCES_FINALIZERS.includes(each))) {
    const left = await deleteResources(end, finalizers);
    return left === undefined ? drop(RESOURCES_FINALIZERS) : doneFor(left);
  }
  if (finalizers.includes(POST_DELETE)) {
    if (!(await runDeleteHooks(hooks('PostDelete'), wantedHooks(end)))) return doneFor(AGAIN_MS);
    return drop([POST_DELETE]);
  }
  if (finalizers.includes(cleanup(PRE_DELETE))) {
    if (!(await cleanDeleteHooks(hooks('PreDelete')))) return doneFor(AGAIN_MS);
    return drop([cleanup(PRE_DELETE)]);
  }
  if (!(await cleanDeleteHooks(hooks('PostDelete')))) return doneFor(AGAIN_MS);
  return drop([cleanup(POST_DELETE)]);
}

/** What lives and says that it is this Application's, of kinds that it ever held. */
async function liveObjects(
  desk: Desk,
  application: Stored<AnyObject>,
  ground: Ground,
  hooks: HookTargets | undefined,
): Promise<LiveObject[]> {
  const { reached, name, config } = ground;
  const cache = desk.cacheOf(reached);
  const { resources = [], operationState } = (application.status ?? {}) as ApplicationStatus;
  const known: KnownResource[] = [...resources, ...(operationState?.syncResult?.resources ?? [])];
  const types = new Set(
    known.map(each => `${each.group ? `${each.group}/` : ''}${each.version ?? 'v1'} ${each.kind}`),
  );
  const kinds = await Promise.all(
    [...types].map(type => {
      const [apiVersion = '', kind = ''] = type.split(' ');
      return reached.client.discover(apiVersion, kind);
    }),
  );
  const ofHooks = hooks && 'targets' in hooks ? hooks.targets.filter(each => !each.kindMissing) : [];
  await cache.follow([...kinds.flatMap(kind => kind ?? []), ...ofHooks.map(({ kind }) => kind)]);
  const { refusal } = compareInput(desk, ground);
  const objects: LiveObject[] = [];
  for (const { kind, namespace, name: object } of cache.managed(instanceName(name))) {
    const key = namespace ? { namespace, name: object } : { name: object };
    const live = (await reached.client.find(kind, key)) as Stored<AnyObject> | undefined;
    if (!live || instanceOf(live, config) !== instanceName(name)) continue;
    if (!refusal({ kind, namespace, name: object })) objects.push({ kind, live });
  }
  return objects;
}

/** Deletes the last wave that is there. Undefined when nothing is left; else how long to wait, in milliseconds. */
async function deleteResources(end: End, finalizers: string[]): Promise<number | undefined> {
  const { application, objects, ground, context } = end;
  if (objects.some(({ live }) => live.metadata.deletionTimestamp)) return AGAIN_MS;
  const going = objects.filter(({ live }) => isDeleted(end, live));
  if (going.length === 0) return undefined;
  const since = application.metadata.deletionTimestamp ?? timestamp(context.clock.now());
  const { syncOptions } = ground.spec;
  const isAsked = going.some(({ live }) =>
    ['Delete', 'Prune'].some(key => ownOption(live, key, syncOptions) === 'confirm'),
  );
  if (isAsked && !isApproved(application, since)) return CONFIRM_MS;
  const last = Math.max(...going.map(({ live }) => waveOf(live)));
  const policy = finalizers.includes(`${RESOURCES}/background`) ? 'Background' : 'Foreground';
  const wave = going.filter(({ live }) => waveOf(live) === last);
  await Promise.all(wave.map(({ kind, live }) => deleteObject(ground.reached.client, kind, live, policy)));
  return 50;
}

/** CRDs, what is marked to stay, and what an operator keeps are not deleted. */
function isDeleted({ application, ground }: End, live: Stored<AnyObject>): boolean {
  const { namespace, name, uid, annotations = {} } = live.metadata;
  const isItself =
    uid === application.metadata.uid ||
    (live.kind === 'Application' &&
      namespace === application.metadata.namespace &&
      name === application.metadata.name);
  return (
    !isCrd(live) &&
    !isItself &&
    ownOption(live, 'Delete', ground.spec.syncOptions) !== 'false' &&
    !annotationList(live, 'helm.sh/resource-policy').includes('keep') &&
    annotations[KEEP] !== 'true'
  );
}

async function targetsOf(desk: Desk, ground: Ground, around: Around, context: Context): Promise<HookTargets> {
  const loaded = await desk.loader.load(ground.spec.sources, {
    known: around.repositories,
    fresh: false,
    signal: context.signal,
    application: renderedFor(ground),
  });
  if ('error' in loaded) return loaded;
  return prepareTargets({ ...compareInput(desk, ground), manifests: loaded.manifests });
}

/** @throws Error when the sources cannot be read: nobody knows then what has to run before anything goes */
function wantedHooks({ targets }: End): Target[] {
  if (!targets) return [];
  if ('error' in targets) throw new Error(targets.error);
  return targets.targets;
}

async function dropFinalizers(
  application: Stored<AnyObject>,
  context: Context,
  names: string[],
): Promise<void> {
  const key = { namespace: application.metadata.namespace ?? '', name: application.metadata.name };
  await mutate(context.client, Application, key, draft => {
    draft.metadata.finalizers = (draft.metadata.finalizers ?? []).filter(each => !names.includes(each));
  }).catch(error => {
    if (!hasReason(error, 'NotFound')) throw error;
  });
}

/** Condition `DeletionError`, once for each message. */
async function tellError(application: Stored<AnyObject>, context: Context, message: string): Promise<void> {
  const { conditions = [] } = (application.status ?? {}) as ApplicationStatus;
  if (conditions.some(each => each.type === 'DeletionError' && each.message === message)) return;
  const lastTransitionTime = timestamp(context.clock.now());
  const others = conditions.filter(({ type }) => type !== 'DeletionError');
  const key = { namespace: application.metadata.namespace ?? '', name: application.metadata.name };
  const next = [...others, { type: 'DeletionError', message, lastTransitionTime }];
  const body = { status: { conditions: next } };
  await context.client.patch(Application, key, { type: 'merge', body }).catch(error => {
    if (!hasReason(error, 'NotFound')) throw error;
  });
}
