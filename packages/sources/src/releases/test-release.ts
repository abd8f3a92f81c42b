import { logsOf, runHooks } from './hooks.ts';
import type { Hook, Release } from './release.ts';
import { checkName, newestOf, type ReleaseContext, storeOf, waitOptions } from './release-context.ts';
import { resourcesOf } from './resources.ts';

export interface TestOptions {
  timeoutMs?: number;
  /** Only these tests, by the names of their objects. */
  only?: string[];
  /** All but these. */
  except?: string[];
  /** What the tests' containers printed is told, too. */
  logs?: boolean;
}

/**
 * Runs a release's tests (hooks of the event `test`), as `helm test` does; how they ended stands in the release.
 * @throws SlipwayError HookFailed when one fails; the release has what happened all the same
 */
export async function testRelease(
  context: ReleaseContext,
  name: string,
  { only = [], except = [], logs = false, timeoutMs }: TestOptions = {},
): Promise<Release> {
  checkName(name);
  const store = storeOf(context);
  const release = newestOf(await store.history(name), name);
  const isMeant = (hook: Hook) =>
    !except.includes(hook.name) && (only.length === 0 || only.includes(hook.name));
  try {
    await runHooks(context, release, 'test', waitOptions(context, timeoutMs ? { timeoutMs } : {}), isMeant);
  } finally {
    await store.update(release);
    if (logs) await tell(context, release, isMeant);
  }
  return release;
}

async function tell(
  context: ReleaseContext,
  release: Release,
  isMeant: (hook: Hook) => boolean,
): Promise<void> {
  for (const hook of release.hooks ?? []) {
    if (!hook.events.includes('test') || !isMeant(hook)) continue;
    const resources = await resourcesOf(context.client, hook.manifest, release.namespace);
    for (const line of await logsOf(context, resources)) context.say?.(line);
  }
}
