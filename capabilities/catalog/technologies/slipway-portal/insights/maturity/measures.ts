// Each answers one line of the maturity report from what is live; without anything to look at the answer is unknown.
import type { Report } from '@slipway/kinds';
import type { Measured, PlatformSeen } from './seen.ts';

const DAY_MS = 86_400_000;
const WINDOW_MS = 30 * DAY_MS;
const TREND_DAYS = 14;
const INSIGHTS = '/platform/insights';

export function usageIsKnown({ workloads, reports }: PlatformSeen): Measured {
  if (workloads.length === 0) return { found: 'there is no service', evidence: INSIGHTS };
  const known = reports.filter(({ status }) => status?.delivery !== undefined).length;
  const found = `${known} of ${workloads.length} services have a report`;
  return { holds: known >= workloads.length, found, evidence: INSIGHTS };
}

export function othersExtendIt({ templates }: PlatformSeen): Measured {
  const own = templates.filter(
    ({ metadata }) => !metadata.annotations?.['backstage.io/managed-by-location']?.startsWith('url:shipped:'),
  );
  const found = `${own.length} of ${templates.length} golden paths did not come with the product`;
  return { holds: own.length > 0, found, evidence: '/create' };
}

export function firstService({ workloads }: PlatformSeen): Measured {
  const running = workloads.filter(({ status }) => status?.environments?.some(each => each.healthy));
  const found = `${running.length} of ${workloads.length} services are healthy somewhere`;
  return { holds: running.length > 0, found, evidence: '/' };
}

export function severalTeams({ workloads }: PlatformSeen): Measured {
  const teams = new Set(workloads.map(({ metadata }) => metadata.namespace));
  return {
    holds: teams.size > 1,
    found: `${teams.size} ${teams.size === 1 ? 'team has' : 'teams have'} services`,
    evidence: '/',
  };
}

export function goldenPathIsTaken({ workloads, runs }: PlatformSeen): Measured {
  if (workloads.length === 0) return { found: 'there is no service', evidence: '/create' };
  const made = new Set(
    runs.flatMap(({ status }) =>
      (status?.inventory ?? [])
        .filter(each => each.kind === 'Workload')
        .map(each => `${each.namespace}/${each.name}`),
    ),
  );
  const count = workloads.filter(({ metadata }) => made.has(`${metadata.namespace}/${metadata.name}`)).length;
  const found = `${count} of ${workloads.length} services were made by a template`;
  return { holds: count * 2 > workloads.length, found, evidence: '/create' };
}

export function templatesAreThere({ templates }: PlatformSeen): Measured {
  const silent = templates.filter(({ metadata }) => !metadata.annotations?.['slipway.dev/description']);
  const found = `${count(templates.length, 'template')}, ${silent.length} without a description`;
  return { holds: templates.length > 0 && silent.length === 0, found, evidence: '/create' };
}

export function capabilityHealthy({ components }: PlatformSeen, capability: string): Measured {
  const evidence = `/platform/capabilities/${capability}`;
  const chosen = components.filter(({ spec }) => spec.capabilities.includes(capability));
  if (chosen.length === 0)
    return { holds: false, found: `nothing is chosen for the capability ${capability}`, evidence };
  const ill = chosen.filter(each => conditionOf(each.status?.conditions, 'Healthy') !== 'True');
  const names = (ill.length > 0 ? ill : chosen).map(({ spec }) => spec.technology).join(', ');
  return { holds: ill.length === 0, found: `${names} ${ill.length > 0 ? 'is not' : 'is'} healthy`, evidence };
}

export function selfService({ runs, now }: PlatformSeen): Measured {
  const ended = runs.filter(
    ({ status }) =>
      /^(Succeeded|Failed)$/.test(status?.phase ?? '') &&
      now - Date.parse(status?.finishedAt ?? '') <= WINDOW_MS,
  );
  if (ended.length === 0) return { found: 'no template ran in the last 30 days', evidence: '/create' };
  const good = ended.filter(({ status }) => status?.phase === 'Succeeded').length;
  const found = `${good} of ${ended.length} runs of templates succeeded in the last 30 days`;
  return { holds: good / ended.length >= 0.9, found, evidence: '/create' };
}

export function pushIsEnough({ reports }: PlatformSeen): Measured {
  const again = reports.filter(({ status }) =>
    status?.delivery?.some(({ measures }) => measures.deployments > 1),
  );
  const found = `${again.length} of ${reports.length} services were deployed more than once in the last 30 days`;
  return { holds: again.length > 0, found, evidence: INSIGHTS };
}

export function writtenDown({ platform, definitions }: PlatformSeen): Measured {
  const found = `definition ${platform.metadata.name ?? ''}, ${definitions} kept`;
  return { holds: definitions > 0, found, evidence: '/platform' };
}

export function everyPartAnswers({ components }: PlatformSeen): Measured {
  if (components.length === 0) return { found: 'there is no component', evidence: '/platform' };
  const silent = components.filter(each => conditionOf(each.status?.conditions, 'Probed') !== 'True');
  const names = silent.map(({ spec }) => spec.technology).join(', ');
  const found = `${components.length - silent.length} of ${components.length} parts answered their last probe${names ? `; not ${names}` : ''}`;
  return { holds: silent.length === 0, found, evidence: '/platform' };
}

export function everyServiceHas({ reports }: PlatformSeen, fact: string, what: string): Measured {
  if (reports.length === 0) return { found: 'there is no service', evidence: INSIGHTS };
  const have = reports.filter(({ status }) => status?.facts?.[fact]?.value === true).length;
  const found = `${have} of ${reports.length} services have ${what}`;
  return { holds: have === reports.length, found, evidence: INSIGHTS };
}

export function canGoBack({ definitions }: PlatformSeen): Measured {
  return { holds: definitions > 1, found: `${count(definitions, 'definition')} kept`, evidence: '/platform' };
}

export function promotionHasRules({ environments }: PlatformSeen): Measured {
  const last = [...environments].sort((a, b) => a.spec.order - b.spec.order).at(-1);
  const evidence = '/platform';
  if (!last) return { found: 'there is no environment', evidence };
  const { name } = last.metadata;
  const { promotion } = last.spec;
  if (!promotion) return { holds: false, found: `${name} is not reached by promotion`, evidence };
  const rules = promotion.requires?.length ?? 0;
  const found = `${name} is promoted from ${promotion.from} under ${count(rules, 'rule')}`;
  return { holds: rules > 0, found, evidence };
}

export function deliveryIsMeasured({ reports }: PlatformSeen): Measured {
  if (reports.length === 0) return { found: 'there is no service', evidence: INSIGHTS };
  const measured = reports.filter(({ status }) =>
    status?.delivery?.some(({ events }) => events.some(each => each.type === 'deployment')),
  ).length;
  const found = `deployments of ${measured} of ${reports.length} services are known`;
  return { holds: measured === reports.length, found, evidence: INSIGHTS };
}

export function scorecardsAreMet({ reports }: PlatformSeen): Measured {
  const scored = reports.filter(({ status }) => (status?.scorecards?.length ?? 0) > 0);
  if (scored.length === 0) return { found: 'no service has a scorecard', evidence: INSIGHTS };
  const met = scored.filter(reachedFirst).length;
  const found = `${met} of ${reports.length} services reach the first level of every scorecard`;
  return { holds: scored.length === reports.length && met * 2 > scored.length, found, evidence: INSIGHTS };
}

function reachedFirst({ status }: Report): boolean {
  return (status?.scorecards ?? []).every(each => each.level !== '');
}

export function trendsShow({ reports }: PlatformSeen): Measured {
  const days = Math.max(
    0,
    ...reports.flatMap(({ status }) => (status?.delivery ?? []).map(({ history }) => history.length)),
  );
  const found = `the longest history has ${count(days, 'day')}`;
  return { holds: days >= TREND_DAYS, found, evidence: INSIGHTS };
}

function count(number: number, thing: string): string {
  return `${number} ${thing}${number === 1 ? '' : 's'}`;
}

function conditionOf(
  conditions: { type: string; status: string }[] | undefined,
  type: string,
): string | undefined {
  return conditions?.find(each => each.type === type)?.status;
}
