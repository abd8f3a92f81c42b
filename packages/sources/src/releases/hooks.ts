import { type AnyObject, messageOf, SlipwayError } from '@slipway/api';
import { Pod } from '@slipway/kinds';
import { applyAll, deleteOne } from './apply-resources.ts';
import type { Hook, Release } from './release.ts';
import { nowText, type ReleaseContext, storeOf } from './release-context.ts';
import { type Resource, resourcesOf } from './resources.ts';
import { type WaitOptions, waitGone, waitHook } from './wait.ts';

/**
 * Runs a release's hooks of one event, one after the other by weight and name. How each ran is written into the release
 * before and after; so what was running is known to whoever goes on.
 * @throws SlipwayError HookFailed in Helm's words
 */
export async function runHooks(
  context: ReleaseContext,
  release: Release,
  event: string,
  wait: WaitOptions,
  isMeant: (hook: Hook) => boolean = () => true,
): Promise<void> {
  const hooks = (release.hooks ?? []).filter(hook => hook.events.includes(event) && isMeant(hook));
  hooks.sort((a, b) => (a.weight ?? 0) - (b.weight ?? 0) || compareText(a.name, b.name));
  const done: Hook[] = [];
  for (const hook of hooks) {
    if (!hook.delete_policies?.length) hook.delete_policies = ['before-hook-creation'];
    await removeBy(context, release, hook, 'before-hook-creation', wait);
    hook.last_run = { started_at: nowText(context), phase: 'Running' };
    await storeOf(context).update(release);
    try {
      await runHook(context, release, hook, wait);
    } catch (error) {
      hook.last_run = { ...hook.last_run, completed_at: nowText(context), phase: 'Failed' };
      await tellLogs(context, release, hook, 'hook-failed');
      await removeBy(context, release, hook, 'hook-failed', wait);
      for (const each of done) await removeBy(context, release, each, 'hook-succeeded', wait);
      throw new SlipwayError('HookFailed', messageOf(error), { cause: error });
    }
    hook.last_run = { ...hook.last_run, completed_at: nowText(context), phase: 'Succeeded' };
    done.push(hook);
  }
  for (const hook of done.reverse()) {
    await tellLogs(context, release, hook, 'hook-succeeded');
    await removeBy(context, release, hook, 'hook-succeeded', wait);
  }
}

async function runHook(
  context: ReleaseContext,
  release: Release,
  hook: Hook,
  wait: WaitOptions,
): Promise<void> {
  const resources = await resourcesOf(context.client, hook.manifest, release.namespace);
  try {
    await applyAll(context.client, resources);
  } catch (error) {
    throw new Error(`warning: Hook ${hook.events.join(',')} ${hook.path} failed: ${messageOf(error)}`);
  }
  await waitHook(resources, wait);
}

async function removeBy(
  { client }: ReleaseContext,
  release: Release,
  hook: Hook,
  policy: string,
  wait: WaitOptions,
): Promise<void> {
  // Their objects would go with them.
  if (hook.kind === 'CustomResourceDefinition' || !hook.delete_policies?.includes(policy)) return;
  const resources = await resourcesOf(client, hook.manifest, release.namespace);
  for (const resource of resources) await deleteOne(client, resource);
  await waitGone(resources, wait);
}

/** `helm.sh/hook-output-log-policy`: what the hook's containers printed. */
async function tellLogs(
  context: ReleaseContext,
  release: Release,
  hook: Hook,
  policy: string,
): Promise<void> {
  const { client, say } = context;
  if (!say || !hook.output_log_policies?.includes(policy)) return;
  const resources = await resourcesOf(client, hook.manifest, release.namespace);
  for (const line of await logsOf(context, resources)) say(line);
}

/** Lines that the Pods and Jobs among some objects printed. */
export async function logsOf({ client }: ReleaseContext, resources: Resource[]): Promise<string[]> {
  const lines: string[] = [];
  for (const { object, key } of resources) {
    for (const pod of await podsOf(client, object, key)) {
      const { containers = [] } = (pod.spec ?? {}) as { containers?: { name: string }[] };
      for (const { name: container } of containers) {
        const { name, namespace } = pod.metadata;
        lines.push(`POD LOGS: ${name}${containers.length > 1 ? ` (${container})` : ''}`);
        try {
          const place = namespace ? { namespace, name: name ?? '' } : { name: name ?? '' };
          let text = '';
          for await (const piece of client.logs(place, { container })) text += piece;
          lines.push(...text.trimEnd().split('\n'));
        } catch (error) {
          lines.push(`unable to get pod logs for ${name}: ${messageOf(error)}`);
        }
      }
    }
  }
  return lines;
}

async function podsOf(
  client: ReleaseContext['client'],
  object: AnyObject,
  key: Resource['key'],
): Promise<AnyObject[]> {
  const { namespace, name } = key;
  const place = namespace ? { namespace } : {};
  if (object.kind === 'Pod') {
    const pod = await client.find(Pod, { ...place, name });
    return pod ? [pod as unknown as AnyObject] : [];
  }
  if (object.kind !== 'Job') return [];
  const { items } = await client.list(Pod, { ...place, labelSelector: `job-name=${name}` });
  return items as unknown as AnyObject[];
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
