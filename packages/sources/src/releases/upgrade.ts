import { messageOf, SlipwayError } from '@slipway/api';
import type { RenderTaskResult, ValueMap } from '@slipway/render';
import { applyAll, deleteGone, deleteOne } from './apply-resources.ts';
import { runHooks } from './hooks.ts';
import { type InstallOptions, installRelease, phase } from './install.ts';
import { existing, owned } from './ownership.ts';
import { isPending, type Release, storedChart, storedHook } from './release.ts';
import {
  type ChartInput,
  checkName,
  nowText,
  type ReleaseContext,
  renderFor,
  storeOf,
  waitOptions,
} from './release-context.ts';
import { makeRoom, withStatus } from './release-store.ts';
import { type Resource, resourcesOf, sameResource } from './resources.ts';
import { rollbackRelease } from './rollback.ts';
import { waitReady } from './wait.ts';

export interface UpgradeOptions extends Omit<InstallOptions, 'replace'> {
  /** Installs when there is no such release. */
  install?: boolean;
  /** Values of the last revision count, with the new ones on top. */
  reuseValues?: boolean;
  /** As `reuseValues`, on top of the new chart's own. */
  resetThenReuseValues?: boolean;
  /** Values of the last revision do not count, not even when none are given. */
  resetValues?: boolean;
  /** What a failed upgrade created is removed. */
  cleanupOnFail?: boolean;
}

/**
 * Upgrades a release, as `helm upgrade --server-side=true` does: what is new is created, what changed is applied on the
 * server, what is gone removed.
 * @throws SlipwayError in Helm's words; a failed upgrade stays as a failed revision
 */
export async function upgradeRelease(
  context: ReleaseContext,
  name: string,
  input: ChartInput,
  given: UpgradeOptions = {},
): Promise<Release> {
  const options = given.rollbackOnFailure ? { ...given, wait: true } : given;
  checkName(name);
  const history = await storeOf(context).history(name);
  const last = history.at(-1);
  if (options.install && (!last || last.info.status === 'uninstalled'))
    return installRelease(context, name, input, { ...options, replace: true });
  const current = currentOf(history, name);
  const { input: chosen, baseValues } = withKeptValues(current, input, options);
  const revision = (last?.version ?? 0) + 1;
  const kept = baseValues ? { baseValues } : {};
  const rendered = await renderFor(context, chosen, { name, revision, isUpgrade: true, ...kept });
  const release = upgraded(context, { current, last: last ?? current, rendered, revision, options });
  const owner = { name, namespace: release.namespace };
  const before = await resourcesOf(context.client, current.manifest, current.namespace);
  const after = owned(await resourcesOf(context.client, release.manifest, release.namespace), owner);
  const fresh = after.filter(each => !before.some(old => sameResource(old, each)));
  const take = options.takeOwnership ?? false;
  const adopted = await existing(context.client, fresh, owner, { take, doing: 'update' });
  if (options.dryRun)
    return { ...release, info: { ...release.info, description: options.description || 'Dry run complete' } };
  const store = storeOf(context);
  await makeRoom(store, history, options.historyMax ?? 10);
  await store.create(release);
  return perform(context, { current, release, before: [...before, ...adopted], after, options });
}

/** The revision that runs. @throws SlipwayError ReleaseUnknown, ReleaseBusy */
function currentOf(history: Release[], name: string): Release {
  const last = history.at(-1);
  const none = () =>
    new SlipwayError(
      'ReleaseUnknown',
      `UPGRADE FAILED: ${JSON.stringify(name)} has no deployed releases; install it first (slipway release install, or upgrade --install)`,
    );
  if (!last) throw none();
  if (isPending(last))
    throw new SlipwayError(
      'ReleaseBusy',
      `UPGRADE FAILED: another operation (install/upgrade/rollback) is in progress: revision ${last.version} of ${JSON.stringify(name)} is ${last.info.status}; wait for it, or roll back to a revision of its history`,
    );
  const deployed = withStatus(history, 'deployed').at(-1);
  if (deployed) return deployed;
  if (['failed', 'superseded'].includes(last.info.status)) return last;
  throw none();
}

/** The chart, and the values that stand below the given ones. */
function withKeptValues(
  current: Release,
  input: ChartInput,
  { resetValues, reuseValues, resetThenReuseValues }: UpgradeOptions,
): { input: ChartInput; baseValues?: ValueMap } {
  const { config = {}, chart } = current;
  if (resetValues) return { input };
  if (reuseValues) {
    const own = withoutNulls(merged(chart.values ?? {}, config));
    const file = { name: 'values.yaml', data: new TextEncoder().encode(JSON.stringify(own)) };
    const files = [...input.chart.filter(({ name }) => name !== file.name), file];
    return { input: { ...input, chart: files }, baseValues: config };
  }
  const isGiven = Object.values(input.values).some(each => Array.isArray(each) && each.length > 0);
  return resetThenReuseValues || !isGiven ? { input, baseValues: config } : { input };
}

function merged(below: ValueMap, above: ValueMap): ValueMap {
  const sum: ValueMap = { ...below };
  for (const [key, value] of Object.entries(above)) {
    const before = sum[key];
    sum[key] = isMap(before) && isMap(value) ? merged(before, value) : value;
  }
  return sum;
}

function withoutNulls(values: ValueMap): ValueMap {
  const kept = Object.entries(values).filter(([, value]) => value !== null);
  return Object.fromEntries(kept.map(([key, value]) => [key, isMap(value) ? withoutNulls(value) : value]));
}

function isMap(value: unknown): value is ValueMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function upgraded(
  context: ReleaseContext,
  {
    current,
    last,
    rendered,
    revision,
    options,
  }: {
    current: Release;
    last: Release;
    rendered: RenderTaskResult;
    revision: number;
    options: UpgradeOptions;
  },
): Release {
  const { chart, config, manifest, hooks, notes } = rendered;
  if (!chart)
    throw new SlipwayError(
      'RenderFailed',
      `release ${JSON.stringify(current.name)}: the chart was not given back`,
    );
  const labels = { ...last.labels, ...options.labels };
  return {
    name: current.name,
    info: {
      ...(current.info.first_deployed ? { first_deployed: current.info.first_deployed } : {}),
      last_deployed: nowText(context),
      description: 'Preparing upgrade',
      status: 'pending-upgrade',
      ...(notes ? { notes } : {}),
    },
    chart: storedChart(chart),
    ...(Object.keys(config).length > 0 ? { config } : {}),
    manifest,
    ...(hooks.length > 0 ? { hooks: hooks.map(storedHook) } : {}),
    version: revision,
    namespace: current.namespace,
    apply_method: 'ssa',
    ...(Object.keys(labels).length > 0 ? { labels } : {}),
  };
}

interface Upgrade {
  current: Release;
  release: Release;
  before: Resource[];
  after: Resource[];
  options: UpgradeOptions;
}

async function perform(context: ReleaseContext, upgrade: Upgrade): Promise<Release> {
  const { current, release, before, after, options } = upgrade;
  const store = storeOf(context);
  const wait = waitOptions(context, options);
  const { noHooks = false, forceConflicts = false } = options;
  let created: Resource[] = [];
  try {
    if (!noHooks)
      await phase('pre-upgrade hooks failed', () => runHooks(context, release, 'pre-upgrade', wait));
    created = (await applyAll(context.client, after, { force: forceConflicts })).created;
    await deleteGone(context.client, before, after);
    if (options.wait) await waitReady(after, wait, { jobs: options.waitForJobs ?? false });
    if (!noHooks)
      await phase('post-upgrade hooks failed', () => runHooks(context, release, 'post-upgrade', wait));
  } catch (error) {
    context.signal?.throwIfAborted();
    return fail(context, upgrade, created, error);
  }
  await store.update({ ...current, info: { ...current.info, status: 'superseded' } });
  release.info = {
    ...release.info,
    status: 'deployed',
    description: options.description || 'Upgrade complete',
  };
  await store.update(release);
  return release;
}

async function fail(
  context: ReleaseContext,
  { release, options }: Upgrade,
  created: Resource[],
  error: unknown,
): Promise<never> {
  const { name } = release;
  const store = storeOf(context);
  const description = `Upgrade ${JSON.stringify(name)} failed: ${messageOf(error)}`;
  release.info = { ...release.info, status: 'failed', description };
  await store.update(release);
  if (options.cleanupOnFail) for (const resource of created) await deleteOne(context.client, resource);
  if (!options.rollbackOnFailure)
    throw new SlipwayError('UpgradeFailed', `UPGRADE FAILED: ${messageOf(error)}`, { cause: error });
  const good = withStatus(await store.history(name), 'superseded', 'deployed').at(-1);
  if (!good)
    throw new SlipwayError(
      'UpgradeFailed',
      `UPGRADE FAILED: unable to find a previously successful release when attempting to rollback. original upgrade error: ${messageOf(error)}`,
      { cause: error },
    );
  await rollbackRelease(context, name, { ...options, revision: good.version });
  throw new SlipwayError(
    'UpgradeFailed',
    `UPGRADE FAILED: release ${name} failed, and has been rolled back due to rollback-on-failure being set: ${messageOf(error)}`,
    { cause: error },
  );
}
