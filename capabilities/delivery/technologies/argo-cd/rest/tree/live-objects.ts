import { type AnyObject, hasReason, type Kind, type Stored } from '@slipway/api';
import type { Client } from '@slipway/client';
import type { KnownResource } from '../../application/compare.ts';

/** Kinds that say what happens, not what is. */
const NOISE = new Set(['/Event', 'events.k8s.io/Event', 'coordination.k8s.io/Lease']);
const AT_ONCE = 8;

/**
 * Everything in the namespaces that an Application delivers to, and those objects of it that have no namespace. Kinds
 * that the engine may not read there are left out.
 */
export async function liveObjects(
  client: Client,
  resources: KnownResource[],
  namespaces: string[],
): Promise<Stored<AnyObject>[]> {
  const kinds = (await client.kinds()).filter(({ group, kind }) => !NOISE.has(`${group}/${kind}`));
  const wanted = new Set(
    resources.filter(({ namespace }) => !namespace).map(({ group = '', kind }) => `${group}/${kind}`),
  );
  const asked = kinds.flatMap((kind): [Kind, string | undefined][] => {
    if (kind.namespaced) return namespaces.map(namespace => [kind, namespace]);
    return wanted.has(`${kind.group}/${kind.kind}`) ? [[kind, undefined]] : [];
  });
  const found: Stored<AnyObject>[] = [];
  const next = async (): Promise<void> => {
    for (let each = asked.pop(); each; each = asked.pop()) found.push(...(await listOf(client, ...each)));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, next));
  return found;
}

async function listOf(
  client: Client,
  kind: Kind,
  namespace: string | undefined,
): Promise<Stored<AnyObject>[]> {
  try {
    const { items } = await client.list(kind, namespace ? { namespace } : {});
    const { group, version } = kind;
    const apiVersion = group === '' ? version : `${group}/${version}`;
    // Items of a list need not say what they are.
    return items.map(item => ({ ...item, apiVersion, kind: kind.kind }) as Stored<AnyObject>);
  } catch (error) {
    if (hasReason(error, 'Forbidden', 'NotFound', 'MethodNotAllowed')) return [];
    throw error;
  }
}
