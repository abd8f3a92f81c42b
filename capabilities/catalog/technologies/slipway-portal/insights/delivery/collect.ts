import type { AnyObject } from '@slipway/api';
import type { DeliveryEvent, DeliveryMeasures, EnvironmentDelivery, Workload } from '@slipway/kinds';
import { Application } from '@slipway/kinds';
import type { Context } from '@slipway/runtime';
import type { GitServer } from '../../git-server/call.ts';
import { broughtBy, type EnvironmentSource } from './brought.ts';
import { measureDelivery } from './measure.ts';
import {
  type ApplicationStatus,
  type Brought,
  lastRevision,
  MOST_EVENTS,
  newEntries,
  observe,
  withoutOld,
} from './observe.ts';

/** Points kept of the history, one a day. */
const MOST_POINTS = 60;

/** DORA's measures of each environment of a service, after another look. The last environment is production. */
export async function collectDelivery(
  git: GitServer,
  context: Context,
  about: { workload: Workload; before: EnvironmentDelivery[]; now: number },
): Promise<EnvironmentDelivery[]> {
  const { workload, before, now } = about;
  const names = (workload.status?.environments ?? []).map(each => each.name);
  return Promise.all(
    names.map(async (name, index) => {
      const known = before.find(each => each.name === name);
      const found = await eventsOf(git, context, { workload, name, known: known?.events ?? [] });
      const events = withoutOld(found, now);
      const since = sinceOf(workload, known, events);
      const measures = measureDelivery(events, { now, since });
      const production = index === names.length - 1;
      return { name, production, since, events, measures, history: pointsOf(known?.history ?? [], measures) };
    }),
  );
}

/** What happened before the first look can be read from the Application's history as far as it goes back. */
function sinceOf(
  { metadata }: Workload,
  known: EnvironmentDelivery | undefined,
  events: DeliveryEvent[],
): string {
  const created = metadata.creationTimestamp ?? new Date(0).toISOString();
  if (events.length >= MOST_EVENTS) return events[0]?.at ?? created;
  return known?.since ?? events[0]?.at ?? created;
}

async function eventsOf(
  git: GitServer,
  context: Context,
  { workload, name, known }: { workload: Workload; name: string; known: DeliveryEvent[] },
): Promise<DeliveryEvent[]> {
  const key = {
    namespace: workload.metadata.namespace ?? '',
    name: `${workload.metadata.name}-${name}`,
  };
  const application = context.cache(Application).get(key) as AnyObject | undefined;
  if (!application) return known;
  const status = (application.status ?? {}) as ApplicationStatus;
  const source = ((application.spec as { source?: EnvironmentSource } | undefined)?.source ??
    {}) as EnvironmentSource;
  const brought = new Map<number, Brought>();
  let previous = lastRevision(known);
  for (const entry of newEntries(known, status)) {
    const told = await broughtBy(git, context, {
      workload,
      entry,
      source,
      ...(previous ? { previous } : {}),
    });
    brought.set(entry.id, told);
    previous = told.revision ?? previous;
  }
  return observe(known, status, entry => brought.get(entry.id) ?? {});
}

/** A day's point is its newest; days without a look have none. */
function pointsOf(history: DeliveryMeasures[], next: DeliveryMeasures): DeliveryMeasures[] {
  const day = next.to.slice(0, 10);
  return [...history.filter(({ to }) => to.slice(0, 10) !== day), next].slice(-MOST_POINTS);
}
