import { type AnyObject, hasReason, type Kind, type KubeObject, type Stored } from '@slipway/api';
import type { Client } from '@slipway/client';
import { identityOf } from '@slipway/definition';
import { PLATFORM_LABEL } from '../plan-cluster.ts';

/** Metadata of what the platform has on the cluster now, by identity. */
export type Survey = Map<string, Stored<KubeObject>>;

const AT_ONCE = 8;

/** Looks at every object of the platform among the kinds that `objects` have: one request for each kind. */
export async function survey(client: Client, platform: string, objects: AnyObject[]): Promise<Survey> {
  const kinds = new Map(
    objects.map(({ apiVersion, kind }) => [`${apiVersion} ${kind}`, { apiVersion, kind }]),
  );
  const found: Survey = new Map();
  await inParallel([...kinds.values()], AT_ONCE, async ({ apiVersion, kind }) => {
    const served = await client.discover(apiVersion, kind);
    if (!served) return;
    for (const item of await listOwn(client, served, platform))
      found.set(identityOf({ ...item, apiVersion, kind } as AnyObject), item);
  });
  return found;
}

async function listOwn(client: Client, kind: Kind, platform: string): Promise<Stored<KubeObject>[]> {
  try {
    const labelSelector = `${PLATFORM_LABEL}=${platform}`;
    return (await client.list(kind, { labelSelector, metadataOnly: true })).items;
  } catch (error) {
    if (hasReason(error, 'NotFound', 'MethodNotAllowed')) return [];
    throw error;
  }
}

/** Runs `work` for each, a few at a time; the first failure ends it, when those that run have ended. */
export async function inParallel<T>(
  items: T[],
  atOnce: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const waiting = [...items];
  let failed: unknown;
  const worker = async () => {
    for (let next = waiting.shift(); next !== undefined && failed === undefined; next = waiting.shift()) {
      await work(next).catch(error => {
        failed ??= error;
      });
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker));
  if (failed !== undefined) throw failed;
}
