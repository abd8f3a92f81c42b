import { type AnyObject, keyOf, keyText, SlipwayError } from '@slipway/api';
import { FIELD_MANAGER, type Follows, identityOf } from '@slipway/definition';
import { folderOf } from '../gitops/plan-repository.ts';
import type { PlatformRepository } from '../gitops/platform-repository.ts';
import { INDEX_FILE, indexFile, liesInGit, repositoryFiles } from '../gitops/repository-files.ts';
import type { ClusterComponent, StepName } from '../plan-cluster.ts';
import { type AppliedObject, asApplied, isAsApplied, type Known } from './apply-objects.ts';
import { applyPatiently } from './apply-patiently.ts';
import type { Waiting } from './await-ready.ts';
import { inParallel, type Survey, survey } from './survey.ts';

/** What an apply needs to go through the platform's repository. */
export interface Delivery {
  repository: PlatformRepository;
  follows: Follows;
  /** Told of each commit. */
  committed?: (title: string, commit: string) => void;
}

export interface Delivering extends Waiting {
  platform: string;
  delivery: Delivery;
}

const LOOK_MS = 500;
const AT_ONCE = 8;

/**
 * Brings one step of a component to the cluster by its folder of the repository: commits it, has the delivery tool look,
 * and waits until it applied that commit. Secrets are applied directly, for they never lie in Git.
 * @throws SlipwayError NotDelivered in the delivery tool's own words, ApplyFailed, and what the repository refuses
 */
export async function deliverStep(
  component: ClusterComponent & { follower: AnyObject[] },
  step: StepName,
  { known, ...delivering }: Delivering & { known: Known },
): Promise<AppliedObject[]> {
  const { id, version, steps, follower } = component;
  const { repository } = delivering.delivery;
  const objects = steps[step].filter(liesInGit);
  const direct = await applyPatiently(
    steps[step].filter(object => !liesInGit(object)),
    known,
    delivering,
  );
  const title = `${id}${version ? ` ${version}` : ''}: ${step}`;
  const { commit, isNew } = await repository.write(changeOf(id, step, { objects, repository }), title);
  if (isNew) delivering.delivery.committed?.(title, commit);
  if (objects.length === 0) return direct;
  if (!isNew && objects.every(object => isAsApplied(object, known)))
    return [...direct, ...objects.map(object => asApplied(object, known, known.survey))];
  await applyPatiently(follower, known, delivering);
  await awaitApplied(follower, commit, delivering);
  const after = await survey(delivering.client, delivering.platform, objects);
  await letGo(objects, after, delivering);
  return [...direct, ...objects.map(object => found(object, known, after, id))];
}

function changeOf(
  id: string,
  step: StepName,
  { objects, repository }: { objects: AnyObject[]; repository: PlatformRepository },
) {
  const files = repositoryFiles(objects);
  const others = repository.paths(folderOf(id)).filter(path => !path.startsWith(`${step}/`));
  const paths = [...others, ...[...files.keys()].map(path => `${step}/${path}`)];
  const index = new Map([[`${folderOf(id)}/${INDEX_FILE}`, indexFile(paths)]]);
  const folder = `${folderOf(id)}/${step}`;
  return { folder, files, ...(paths.length > 0 ? { beside: index } : {}) };
}

/** Asks the delivery tool to look, and waits until it says that it applied the commit or one after it. */
async function awaitApplied(
  follower: AnyObject[],
  commit: string,
  { client, clock, timeoutMs, say, signal, delivery }: Delivering,
): Promise<void> {
  const { follows, repository } = delivery;
  const end = clock.now() + timeoutMs;
  for (const object of follower) {
    const kind = await client.discover(object.apiVersion, object.kind);
    if (!kind) throw notDelivered(object, `the cluster serves no ${object.kind}`);
    const annotations = follows.nudge(clock.now());
    const patch = { type: 'merge', body: { metadata: { annotations } } } as const;
    await client.patch(kind, keyOf(object), patch, { fieldManager: FIELD_MANAGER });
    let told = '';
    for (;;) {
      const { apiVersion } = object;
      const live = { ...(await client.get(kind, keyOf(object))), apiVersion, kind: object.kind } as AnyObject;
      const { revision, message } = follows.applied(live);
      if (revision !== undefined && (await repository.contains(revision, commit))) break;
      const line = `${object.kind} ${object.metadata.name}: ${message}`;
      if (clock.now() >= end) throw notDelivered(object, message);
      if (line !== told) say?.(line);
      told = line;
      await clock.sleep(LOOK_MS, signal);
    }
  }
}

function notDelivered(object: AnyObject, message: string): SlipwayError {
  return new SlipwayError(
    'NotDelivered',
    `${object.kind} ${keyText(keyOf(object))}: the platform’s repository was not applied: ${message}`,
  );
}

/** What was applied directly before is the delivery tool's now: a field that leaves Git has to leave the object. */
async function letGo(objects: AnyObject[], live: Survey, { client }: Delivering): Promise<void> {
  await inParallel(objects, AT_ONCE, async object => {
    const { managedFields = [] } = live.get(identityOf(object))?.metadata ?? {};
    if (!managedFields.some(({ manager, operation }) => manager === FIELD_MANAGER && operation === 'Apply'))
      return;
    const kind = await client.discover(object.apiVersion, object.kind);
    if (!kind) return;
    const { apiVersion, metadata } = object;
    const { name = '', namespace } = metadata;
    const nothing = {
      apiVersion,
      kind: object.kind,
      metadata: { name, ...(namespace ? { namespace } : {}) },
    };
    await client.apply(kind, nothing as AnyObject, { fieldManager: FIELD_MANAGER, force: true });
  });
}

function found(object: AnyObject, known: Known, after: Survey, component: string): AppliedObject {
  if (after.has(identityOf(object))) return asApplied(object, known, after);
  throw new SlipwayError(
    'NotDelivered',
    `${object.kind} ${keyText(keyOf(object))}: the folder ${folderOf(component)} was applied, and it is not there; see what the delivery tool leaves out`,
  );
}
