import { messageOf, SlipwayError } from '@slipway/api';
import { UNINSTALL_ORDER } from '@slipway/render';
import { type Cascade, deleteOne, isKept } from './apply-resources.ts';
import { runHooks } from './hooks.ts';
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
import { withStatus } from './release-store.ts';
import { type Resource, resourcesOf } from './resources.ts';
import { waitGone } from './wait.ts';

export interface UninstallOptions
  extends Pick<ChangeOptions, 'timeoutMs' | 'wait' | 'noHooks' | 'description'> {
  /** The records stay, the release is marked as uninstalled. */
  keepHistory?: boolean;
  dryRun?: boolean;
  cascade?: Cascade;
}

export interface Uninstalled {
  release: Release;
  /** Objects that stay because they say so (`helm.sh/resource-policy: keep`), as `[Kind] name`. */
  kept: string[];
}

/**
 * Removes a release and, unless told otherwise, its history, as `helm uninstall` does.
 * @throws SlipwayError in Helm's words
 */
export async function uninstallRelease(
  context: ReleaseContext,
  name: string,
  options: UninstallOptions = {},
): Promise<Uninstalled> {
  checkName(name);
  const store = storeOf(context);
  const history = await store.history(name);
  const release = newestOf(history, name);
  if (options.dryRun) return { release, kept: [] };
  if (release.info.status === 'uninstalled') {
    if (options.keepHistory)
      throw new SlipwayError('ReleaseGone', `the release named ${JSON.stringify(name)} is already deleted`);
    for (const each of history) await store.delete(each);
    return { release, kept: [] };
  }
  const wait = waitOptions(context, options);
  const description = 'Deletion in progress (or silently failed)';
  release.info = { ...release.info, status: 'uninstalling', deleted: nowText(context), description };
  if (!options.noHooks) await runHooks(context, release, 'pre-delete', wait);
  await store.update(release);
  const { removed, kept } = await removeObjects(context, release, options);
  const problems: string[] = [];
  const attempt = (work: () => Promise<void>) =>
    work().catch(error => {
      context.signal?.throwIfAborted();
      problems.push(messageOf(error));
    });
  if (options.wait) await attempt(() => waitGone(removed, wait));
  if (!options.noHooks) await attempt(() => runHooks(context, release, 'post-delete', wait));
  release.info = {
    ...release.info,
    status: 'uninstalled',
    description: options.description || 'Uninstallation complete',
  };
  if (options.keepHistory) await keepRecords(context, release);
  if (!options.keepHistory) for (const each of history) await store.delete(each);
  if (problems.length === 0) return { release, kept };
  throw new SlipwayError(
    'UninstallFailed',
    `uninstallation completed with ${problems.length} error(s): ${problems.join('; ')}`,
  );
}

async function keepRecords(context: ReleaseContext, release: Release): Promise<void> {
  const store = storeOf(context);
  await store.update(release);
  for (const each of withStatus(await store.history(release.name), 'deployed'))
    await store.update({ ...each, info: { ...each.info, status: 'superseded' } });
}

async function removeObjects(
  { client }: ReleaseContext,
  release: Release,
  { cascade = 'background' }: UninstallOptions,
): Promise<{ removed: Resource[]; kept: string[] }> {
  const all = await resourcesOf(client, release.manifest, release.namespace);
  const removed = inUninstallOrder(all.filter(resource => !isKept(resource)));
  const kept = all.filter(isKept).map(({ kind, key }) => `[${kind.kind}] ${key.name}`);
  const failed: string[] = [];
  for (const resource of removed)
    await deleteOne(client, resource, cascade).catch(error => failed.push(messageOf(error)));
  if (failed.length === 0) return { removed, kept };
  throw new SlipwayError(
    'UninstallFailed',
    `failed to delete release: ${release.name}: ${failed.join('; ')}; mend that and uninstall again`,
  );
}

function inUninstallOrder(resources: Resource[]): Resource[] {
  const rank = ({ kind }: Resource) => {
    const at = UNINSTALL_ORDER.indexOf(kind.kind);
    return at < 0 ? UNINSTALL_ORDER.length : at;
  };
  return [...resources].sort((a, b) => rank(a) - rank(b));
}
