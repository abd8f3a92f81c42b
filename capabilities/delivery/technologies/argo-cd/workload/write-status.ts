import { Application, Workload, type WorkloadEnvironment } from '@slipway/kinds';
import { promotedTo } from '../promotion/promoted.ts';
import type { Look, Status } from './look.ts';
import { environmentStatus } from './plan.ts';

/** What an environment was brought last: the first by its builds, the others by promotions. */
export function deliveredTo(look: Look, name: string): { image?: string; revision: string } | undefined {
  const promoted = name === look.environments[0] ? undefined : promotedTo(look, name);
  if (promoted) return promoted;
  const { image, revision } = look.workload.status?.environments?.find(each => each.name === name) ?? {};
  return revision ? { revision, ...(image ? { image } : {}) } : undefined;
}

/** How one environment of a service looks. `delivered` is what was brought to it; absent: nothing yet. */
export function statusOf(
  look: Look,
  name: string,
  delivered: { image?: string; revision: string } | undefined,
): WorkloadEnvironment {
  const { workload, team, context, settings } = look;
  const application = `${workload.metadata.name}-${name}`;
  const found = context
    .cache(Application)
    .get({ namespace: workload.metadata.namespace ?? '', name: application });
  const url = settings.addresses.appUrl(workload.metadata.name, name);
  const known = { name, namespace: `${team}-${name}`, application, url };
  return environmentStatus(found, { ...known, ...(delivered ? { delivered } : {}) });
}

/** Writes what changed. Before anything is delivered the environments keep what ran in them. */
export async function writeStatus(look: Look, next: Status): Promise<void> {
  const { workload, context, environments } = look;
  const kept = environments.map(name => statusOf(look, name, deliveredTo(look, name)));
  const status = { environments: kept, observedGeneration: workload.metadata.generation ?? 0, ...next };
  const { conditions: _conditions, ...present } = workload.status ?? {};
  if (isEqual(present, { ...present, ...status })) return;
  const key = { namespace: workload.metadata.namespace ?? '', name: workload.metadata.name };
  // A merge patch would keep the message of an earlier pipeline.
  const pipeline = status.pipeline ? { message: null, finishedAt: null, ...status.pipeline } : null;
  await context.client.patch(
    Workload,
    key,
    { type: 'merge', body: { status: { ...status, pipeline } } },
    { subresource: 'status' },
  );
}

/** Whether two JSON values are the same, in whatever order their fields stand. */
export function isEqual(one: unknown, other: unknown): boolean {
  return JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, each]) => [key, sorted(each)]),
  );
}
