import type { DeliveryEvent, DeliveryMeasures, DeploymentEvent, FailureEvent } from '@slipway/kinds';

/** DORA's measures look back this far. */
export const WINDOW_DAYS = 30;
const DAY_MS = 86_400_000;
/** A failure this long after a deployment is not the deployment's. */
const ATTRIBUTION_MS = DAY_MS;

export interface MeasureOptions {
  /** Milliseconds since 1970. */
  now: number;
  /** Nothing before it is known; RFC 3339. */
  since: string;
}

/** A failing time of the environment, and the deployment it is put down to. */
interface Incident {
  from: number;
  to: number | undefined;
  deployment: DeploymentEvent | undefined;
}

/**
 * DORA's five measures of one environment, of the last 30 days (dora.dev, "DORA's software delivery performance metrics").
 * Events are of one environment, oldest first. A deployment failed when the environment broke within a day after it and
 * before the next one, or when it was rolled back. A deployment is rework when it was made while the environment was
 * failing, or is a rollback. What was not seen is absent, never 0.
 */
export function measureDelivery(events: DeliveryEvent[], { now, since }: MeasureOptions): DeliveryMeasures {
  const from = now - WINDOW_DAYS * DAY_MS;
  const inWindow = (at: string) => Date.parse(at) >= from && Date.parse(at) <= now;
  const incidents = incidentsOf(events);
  const all = events.filter(isDeployment);
  const deployments = all.filter(each => inWindow(each.at));
  const broken = brokenBy(events);
  const failed = deployments.filter(each => broken.has(each) || all[all.indexOf(each) + 1]?.rollback);
  const rework = deployments.filter(each => isRework(each, incidents));
  const leads = deployments.flatMap(each => (each.commits ?? []).map(at => secondsBetween(at, each.at)));
  const recovered = incidents.filter(
    ({ deployment, to }) => deployment && to !== undefined && to >= from && to <= now,
  );
  const open = incidents.find(({ to }) => to === undefined);
  const watched = Math.max(DAY_MS, now - Math.max(from, Date.parse(since)));
  const share = (part: unknown[]) => Math.round((part.length / deployments.length) * 1000) / 10;
  return {
    from: new Date(from).toISOString(),
    to: new Date(now).toISOString(),
    deployments: deployments.length,
    failed: failed.length,
    rework: rework.length,
    ...(deployments.length === 0
      ? {}
      : {
          deploymentsPerDay: Math.round((deployments.length / (watched / DAY_MS)) * 100) / 100,
          failPercentage: share(failed),
          reworkPercentage: share(rework),
        }),
    ...optional('leadTimeSeconds', median(leads)),
    ...optional('recoverySeconds', median(recovered.map(each => ((each.to ?? 0) - each.from) / 1000))),
    ...(open ? { failingSince: new Date(open.from).toISOString() } : {}),
  };
}

function isDeployment(event: DeliveryEvent): event is DeploymentEvent {
  return event.type === 'deployment';
}

/** From the first failure to the next recovery; failures in between belong to the same. */
function incidentsOf(events: DeliveryEvent[]): Incident[] {
  const incidents: Incident[] = [];
  let last: DeploymentEvent | undefined;
  let open: Incident | undefined;
  for (const event of events) {
    if (event.type === 'deployment') last = event;
    if (event.type === 'failure' && !open) {
      open = { from: Date.parse(event.at), to: undefined, deployment: causeOf(event, last) };
      incidents.push(open);
    }
    if (event.type === 'recovery' && open) {
      open.to = Date.parse(event.at);
      open = undefined;
    }
  }
  return incidents;
}

function causeOf(failure: FailureEvent, last: DeploymentEvent | undefined): DeploymentEvent | undefined {
  if (!last) return undefined;
  return Date.parse(failure.at) - Date.parse(last.at) <= ATTRIBUTION_MS ? last : undefined;
}

/** Deployments after which it broke; one that was meant to repair and did not is one of them. */
function brokenBy(events: DeliveryEvent[]): Set<DeploymentEvent> {
  const broken = new Set<DeploymentEvent>();
  let last: DeploymentEvent | undefined;
  for (const event of events) {
    if (event.type === 'deployment') last = event;
    const cause = event.type === 'failure' ? causeOf(event, last) : undefined;
    if (cause) broken.add(cause);
  }
  return broken;
}

function isRework(deployment: DeploymentEvent, incidents: Incident[]): boolean {
  if (deployment.rollback) return true;
  const at = Date.parse(deployment.at);
  return incidents.some(
    each => each.deployment !== deployment && each.from <= at && (each.to === undefined || at <= each.to),
  );
}

function secondsBetween(from: string, to: string): number {
  return Math.max(0, Math.round((Date.parse(to) - Date.parse(from)) / 1000));
}

/** Of an even number the mean of the two in the middle; of none undefined. */
function median(values: number[]): number | undefined {
  if (values.length === 0) return undefined;
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : Math.round(((sorted[middle - 1] ?? 0) + upper) / 2);
}

function optional<Name extends string>(name: Name, value: number | undefined): { [Each in Name]?: number } {
  return (value === undefined ? {} : { [name]: value }) as { [Each in Name]?: number };
}
