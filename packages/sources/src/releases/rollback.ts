import { messageOf, SlipwayError } from '@slipway/api';
import { applyAll, deleteGone, deleteOne } from './apply-resources.ts';
import { runHooks } from './hooks.ts';
import { owned } from './ownership.ts';
import type { Release } from './release.ts';
import {
  type ChangeOptions,
  checkName,
  newestOf,
  nowText,
  type ReleaseContext,
  storeOf,
  waitOptions,
} from './release-context.ts';
import { makeRoom, withStatus } from './release-store.ts';
import { resourcesOf } from './resources.ts';
import { waitReady } from './wait.ts';

export interface RollbackOptions extends ChangeOptions {
  /** Back to this one; default: the one before the last. */
  revision?: number;
  dryRun?: boolean;
  cleanupOnFail?: boolean;
}

/**
 * Makes a release what it was at an earlier revision, as a new one, as `helm rollback --server-side=true` does.
 * @throws SlipwayError in Helm's words
 */
export async function rollbackRelease(
  context: ReleaseContext,
  name: string,
  options: RollbackOptions = {},
): Promise<Release> {
  checkName(name);
  const store = storeOf(context);
  const history = await store.history(name);
  const current = newestOf(history, name);
  const wanted = options.revision || current.version - 1;
  const previous = history.find(({ version }) => version === wanted);
  if (!previous)
    throw new SlipwayError(
      'RevisionUnknown',
      `release has no ${wanted} version: ${JSON.stringify(name)} has ${history.map(({ version }) => version).join(', ')}; choose one of these`,
    );
  const release = rolledBack(context, current, previous);
  if (options.dryRun) return release;
  await makeRoom(store, history, options.historyMax ?? 10);
  await store.create(release);
  await perform(context, { current, release, options });
  for (const each of withStatus(await store.history(name), 'deployed'))
    if (each.version !== release.version)
      await store.update({ ...each, info: { ...each.info, status: 'superseded' } });
  release.info = { ...release.info, status: 'deployed' };
  await store.update(release);
  return release;
}

function rolledBack(context: ReleaseContext, current: Release, previous: Release): Release {
  const { first_deployed } = current.info;
  const { notes } = previous.info;
  const { config, hooks, labels } = previous;
  return {
    name: current.name,
    info: {
      ...(first_deployed ? { first_deployed } : {}),
      last_deployed: nowText(context),
      description: `Rollback to ${previous.version}`,
      status: 'pending-rollback',
      ...(notes ? { notes } : {}),
    },
    chart: previous.chart,
    ...(config ? { config } : {}),
    manifest: previous.manifest,
    ...(hooks ? { hooks: structuredClone(hooks) } : {}),
    version: current.version + 1,
    namespace: current.namespace,
    apply_method: 'ssa',
    ...(labels ? { labels } : {}),
  };
}

async function perform(
  context: ReleaseContext,
  { current, release, options }: { current: Release; release: Release; options: RollbackOptions },
): Promise<void> {
  const { client } = context;
  const wait = waitOptions(context, options);
  const before = await resourcesOf(client, current.manifest, current.namespace);
  const after = owned(await resourcesOf(client, release.manifest, release.namespace), release);
  let created: typeof after = [];
  try {
    if (!options.noHooks) await runHooks(context, release, 'pre-rollback', wait);
    created = (await applyAll(client, after, { force: options.forceConflicts ?? false })).created;
    await deleteGone(client, before, after);
    if (options.wait) await waitReady(after, wait, { jobs: options.waitForJobs ?? false });
    if (!options.noHooks) await runHooks(context, release, 'post-rollback', wait);
  } catch (error) {
    context.signal?.throwIfAborted();
    const description = `Rollback ${JSON.stringify(release.name)} failed: ${messageOf(error)}`;
    const store = storeOf(context);
    await store.update({ ...current, info: { ...current.info, status: 'superseded' } });
    await store.update({ ...release, info: { ...release.info, status: 'failed', description } });
    if (options.cleanupOnFail) for (const resource of created) await deleteOne(client, resource);
    throw new SlipwayError('RollbackFailed', `release ${release.name} failed: ${messageOf(error)}`, {
      cause: error,
    });
  }
}
