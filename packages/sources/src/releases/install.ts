import { hasReason, messageOf, SlipwayError } from '@slipway/api';
import { Namespace } from '@slipway/kinds';
import type { RenderTaskResult } from '@slipway/render';
import { applyAll, FIELD_MANAGER } from './apply-resources.ts';
import { runHooks } from './hooks.ts';
import { existing, owned } from './ownership.ts';
import { type Release, storedChart, storedHook } from './release.ts';
import {
  type ChangeOptions,
  type ChartInput,
  checkName,
  nowText,
  type ReleaseContext,
  renderFor,
  storeOf,
  waitOptions,
} from './release-context.ts';
import { makeRoom } from './release-store.ts';
import { type Resource, resourcesOf } from './resources.ts';
import { uninstallRelease } from './uninstall.ts';
import { waitReady } from './wait.ts';

export interface InstallOptions extends ChangeOptions {
  createNamespace?: boolean;
  /** Nothing is changed; the release that would be is answered. */
  dryRun?: boolean;
  skipCrds?: boolean;
  /** Objects of others are taken over. */
  takeOwnership?: boolean;
  /** A failed installation is uninstalled (`--rollback-on-failure`, once `--atomic`). */
  rollbackOnFailure?: boolean;
  /** Labels of the Secret. */
  labels?: Record<string, string>;
  /** The name of a release that was uninstalled, or failed, is used again. */
  replace?: boolean;
}

/**
 * Installs a chart as a release of the context's namespace, as `helm install` does.
 * @throws SlipwayError in Helm's words; a failed installation stays as a failed release
 */
export async function installRelease(
  context: ReleaseContext,
  name: string,
  input: ChartInput,
  given: InstallOptions = {},
): Promise<Release> {
  const options = given.rollbackOnFailure ? { ...given, wait: true } : given;
  checkName(name);
  const store = storeOf(context);
  const history = options.dryRun ? [] : await store.history(name);
  const last = history.at(-1);
  const reusable = options.replace && last && ['uninstalled', 'failed'].includes(last.info.status);
  if (last && !reusable)
    throw new SlipwayError(
      'ReleaseExists',
      `INSTALLATION FAILED: release name check failed: cannot reuse a name that is still in use: ${JSON.stringify(name)} is ${last.info.status}; upgrade it, uninstall it first, or choose another name`,
    );
  const revision = (last?.version ?? 0) + 1;
  if (!options.skipCrds && !options.dryRun) await installCrds(context, name, input);
  const rendered = await renderFor(context, input, { name, revision: 1, isUpgrade: false });
  const release = releaseOf(context, { name, revision, rendered, options });
  const built = await resourcesOf(context.client, release.manifest, context.namespace);
  const resources = owned(built, { name, namespace: context.namespace });
  const owner = { name, namespace: context.namespace };
  await existing(context.client, resources, owner, {
    take: options.takeOwnership ?? false,
    doing: 'install',
  });
  if (options.dryRun) return { ...release, info: { ...release.info, description: 'Dry run complete' } };
  if (options.createNamespace) await createNamespace(context);
  if (last) await store.update({ ...last, info: { ...last.info, status: 'superseded' } });
  await makeRoom(store, history, options.historyMax ?? 0);
  await store.create(release);
  return perform(context, release, resources, options);
}

function releaseOf(
  context: ReleaseContext,
  {
    name,
    revision,
    rendered,
    options,
  }: { name: string; revision: number; rendered: RenderTaskResult; options: InstallOptions },
): Release {
  const { chart, config, manifest, hooks, notes } = rendered;
  if (!chart)
    throw new SlipwayError('RenderFailed', `release ${JSON.stringify(name)}: the chart was not given back`);
  const now = nowText(context);
  return {
    name,
    info: {
      first_deployed: now,
      last_deployed: now,
      description: 'Initial install underway',
      status: 'pending-install',
      ...(notes ? { notes } : {}),
    },
    chart: storedChart(chart),
    ...(Object.keys(config).length > 0 ? { config } : {}),
    manifest,
    ...(hooks.length > 0 ? { hooks: hooks.map(storedHook) } : {}),
    version: revision,
    namespace: context.namespace,
    apply_method: 'ssa',
    ...(options.labels ? { labels: options.labels } : {}),
  };
}

async function perform(
  context: ReleaseContext,
  release: Release,
  resources: Resource[],
  options: InstallOptions,
): Promise<Release> {
  const store = storeOf(context);
  const wait = waitOptions(context, options);
  const { noHooks = false, forceConflicts = false } = options;
  try {
    if (!noHooks) await phase('failed pre-install', () => runHooks(context, release, 'pre-install', wait));
    await applyAll(context.client, resources, { force: forceConflicts });
    if (options.wait) await waitReady(resources, wait, { jobs: options.waitForJobs ?? false });
    if (!noHooks) await phase('failed post-install', () => runHooks(context, release, 'post-install', wait));
  } catch (error) {
    context.signal?.throwIfAborted();
    return fail(context, release, error, options);
  }
  release.info = {
    ...release.info,
    status: 'deployed',
    description: options.description || 'Install complete',
  };
  await store.update(release);
  return release;
}

/** Says which part of the work failed, as Helm does. */
export async function phase(what: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    throw new SlipwayError('HookFailed', `${what}: ${messageOf(error)}`, { cause: error });
  }
}

async function fail(
  context: ReleaseContext,
  release: Release,
  error: unknown,
  options: InstallOptions,
): Promise<never> {
  const { name } = release;
  const description = `Release ${JSON.stringify(name)} failed: ${messageOf(error)}`;
  release.info = { ...release.info, status: 'failed', description };
  await storeOf(context).update(release);
  if (!options.rollbackOnFailure)
    throw new SlipwayError('InstallFailed', `INSTALLATION FAILED: ${messageOf(error)}`, { cause: error });
  await uninstallRelease(context, name, { ...options, wait: true });
  throw new SlipwayError(
    'InstallFailed',
    `INSTALLATION FAILED: release ${name} failed, and has been uninstalled due to rollback-on-failure being set: ${messageOf(error)}`,
    { cause: error },
  );
}

/** Definitions come first, one file after the other: templates ask whether they are there. They stay for ever. */
async function installCrds(context: ReleaseContext, name: string, input: ChartInput): Promise<void> {
  const crds = await crdsOf(context, name, input);
  const all: Resource[] = [];
  for (const { source, content } of crds) {
    try {
      const resources = await resourcesOf(context.client, content, context.namespace);
      await applyAll(context.client, resources);
      all.push(...resources);
    } catch (error) {
      throw new SlipwayError('InstallFailed', `failed to install CRD ${source}: ${messageOf(error)}`, {
        cause: error,
      });
    }
  }
  await waitReady(all, waitOptions(context, { timeoutMs: 60_000 }));
}

/** Definitions of a chart and its enabled subcharts. Templates are left out, for they may need what is defined. */
async function crdsOf(
  context: ReleaseContext,
  name: string,
  input: ChartInput,
): Promise<RenderTaskResult['crds']> {
  const isPossible = ({ name: file }: { name: string }) => /(^|\/)crds\/|^charts\/[^/]+\.tgz$/.test(file);
  if (!input.chart.some(isPossible)) return [];
  const chart = input.chart.filter(({ name: file }) => !/(^|\/)templates\//.test(file));
  return (await renderFor(context, { ...input, chart }, { name, revision: 1, isUpgrade: false })).crds;
}

async function createNamespace({ client, namespace }: ReleaseContext): Promise<void> {
  const object = {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: namespace, labels: { name: namespace } },
  };
  await client.create(Namespace, object, { fieldManager: FIELD_MANAGER }).catch(error => {
    if (!hasReason(error, 'AlreadyExists')) throw error;
  });
}
