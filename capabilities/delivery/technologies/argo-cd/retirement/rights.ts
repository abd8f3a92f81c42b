import type { Stored, UserInfo } from '@slipway/api';
import { isAllowed } from '@slipway/client';
import type { Workload } from '@slipway/kinds';
import type { Context } from '@slipway/runtime';
import { teamOf } from '../workload/plan.ts';
import type { PlannedItem } from './plan.ts';
import { groupOf } from './thing.ts';

/**
 * What somebody may not do of what a retirement does in that one's name: empty when all is allowed. What delivery put
 * into environments, and the decisions about it, go with the right to delete the service.
 */
export async function missingRights(
  { client, clock }: Pick<Context, 'client' | 'clock'>,
  person: UserInfo,
  workload: Stored<Workload>,
  planned: PlannedItem[],
): Promise<string[]> {
  const { namespace = '', name } = workload.metadata;
  const images = planned.some(({ part, action }) => part === 'images' && action === 'Remove');
  const wanted = [
    { group: 'slipway.dev', resource: 'workloads', namespace, name },
    ...(images && teamOf(namespace)
      ? [{ group: 'artifacts.slipway.dev', resource: 'images', namespace, name }]
      : []),
  ];
  for (const item of planned) {
    if (item.by !== 'person' || item.action !== 'Remove' || item.part === 'service') continue;
    const kind = await client.discover(item.apiVersion ?? '', item.kind);
    if (!kind) continue;
    wanted.push({
      group: groupOf(item),
      resource: kind.plural,
      namespace: item.namespace ?? '',
      name: item.name,
    });
  }
  const missing: string[] = [];
  for (const { namespace: place, ...attributes } of wanted) {
    const where = place === '' ? {} : { namespace: place };
    if (await isAllowed(client, person, { verb: 'delete', ...attributes, ...where }, { clock })) continue;
    missing.push(`delete ${attributes.resource}.${attributes.group} ${attributes.name}`);
  }
  return missing;
}
