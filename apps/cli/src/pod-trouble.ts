import type { Client } from '@slipway/client';
import { Pod } from '@slipway/kinds';

/** What keeps the newest pod of a service from being ready, in the node's words; undefined when nothing does. */
export async function podTrouble(
  client: Client,
  namespace: string,
  service: string,
): Promise<string | undefined> {
  const { items } = await client.list(Pod, { namespace });
  const [pod] = items
    .filter(each => belongsTo(each, service))
    .sort((a, b) => b.metadata.creationTimestamp.localeCompare(a.metadata.creationTimestamp));
  const found = pod && troubleOf(pod);
  return found && `pod ${pod.metadata.name}: ${found}`;
}

function belongsTo({ metadata }: Pod, service: string): boolean {
  const owner = metadata.ownerReferences?.find(({ controller }) => controller)?.name ?? metadata.name ?? '';
  return metadata.labels?.['app.kubernetes.io/name'] === service || owner.startsWith(`${service}-`);
}

function troubleOf({ status }: Pod): string | undefined {
  const waiting = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])]
    .map(({ state }) => state?.waiting)
    .find(each => each?.reason && !['ContainerCreating', 'PodInitializing'].includes(each.reason));
  if (waiting) return [waiting.reason, waiting.message].filter(Boolean).join(': ');
  const open = status?.conditions?.find(each => each.status === 'False' && each.message);
  return open && [open.reason, open.message].filter(Boolean).join(': ');
}
