import type {
  CheckResult,
  Exemption,
  Fact,
  ScoreCheck,
  Scorecard,
  ScorecardResult,
  ScorePoint,
} from '@slipway/kinds';

/** Points kept of a scorecard's history. */
export const MOST_POINTS = 60;
/** What changes again so soon was on its way: a service that starts passes one check after the other. */
const SETTLE_MS = 60_000;

export interface ScoreInput {
  scorecard: Scorecard;
  checks: ScoreCheck[];
  facts: Record<string, Fact>;
  /** `<team>/<service>`. */
  service: string;
  /** Milliseconds since 1970. */
  now: number;
  /** What was found before; its history goes on. */
  before?: ScorecardResult;
}

/** One scorecard of one service: every check's result, the level reached, the history with this point. Pure. */
export function score({ scorecard, checks, facts, service, now, before }: ScoreInput): ScorecardResult {
  const { title, levels, exemptions = [] } = scorecard.spec;
  const valid = exemptions.filter(each => each.service === service && Date.parse(each.until) > now);
  const results = levels.flatMap(level =>
    level.checks.map(name => resultOf({ name, level: level.name, checks, facts, exemptions: valid })),
  );
  const missed = levels.findIndex(level => results.some(each => each.level === level.name && !holds(each)));
  const reached = missed < 0 ? levels.length : missed;
  const level = levels[reached - 1]?.name ?? '';
  const passed = results.filter(({ state }) => state === 'pass').length;
  const counted = results.filter(({ state }) => state !== 'exempt').length;
  const point: ScorePoint = { at: new Date(now).toISOString(), level, passed, counted };
  return {
    scorecard: scorecard.metadata.name ?? '',
    title,
    level,
    nextLevel: levels[reached]?.name ?? '',
    passed,
    counted,
    results,
    history: historyOf(before?.history ?? [], point),
  };
}

function holds({ state }: CheckResult): boolean {
  return state === 'pass' || state === 'exempt';
}

interface One {
  name: string;
  level: string;
  checks: ScoreCheck[];
  facts: Record<string, Fact>;
  exemptions: Exemption[];
}

function resultOf({ name, level, checks, facts, exemptions }: One): CheckResult {
  const check = checks.find(({ metadata }) => metadata.name === name);
  if (!check) {
    const found = `there is no check ${JSON.stringify(name)}`;
    return { check: name, title: name, level, state: 'unknown', found, fix: 'create it, or take it off' };
  }
  const { title, fact: id, rule, fix } = check.spec;
  const fact = facts[id] ?? { reason: `there is no fact ${JSON.stringify(id)}` };
  const exemption = exemptions.find(each => each.check === name);
  const { owner, reason, until } = exemption ?? {};
  return {
    check: name,
    title,
    level,
    state: exemption ? 'exempt' : stateOf(fact, rule),
    found: fact.reason,
    fix,
    ...(fact.evidence ? { evidence: fact.evidence } : {}),
    ...(owner && reason && until ? { exemption: { owner, reason, until } } : {}),
  };
}

function stateOf({ value }: Fact, { is, atLeast, atMost }: ScoreCheck['spec']['rule']): CheckResult['state'] {
  if (value === undefined) return 'unknown';
  if (is !== undefined && value !== is) return 'fail';
  if (atLeast !== undefined && !(typeof value === 'number' && value >= atLeast)) return 'fail';
  if (atMost !== undefined && !(typeof value === 'number' && value <= atMost)) return 'fail';
  return 'pass';
}

/** A change is a point, once it has settled; without one there is at most one point a day. */
function historyOf(history: ScorePoint[], point: ScorePoint): ScorePoint[] {
  const last = history.at(-1);
  const same = last?.level === point.level && last.passed === point.passed && last.counted === point.counted;
  if (same && last.at.slice(0, 10) === point.at.slice(0, 10)) return history;
  const settled = !last || Date.parse(point.at) - Date.parse(last.at) >= SETTLE_MS;
  return [...(settled ? history : history.slice(0, -1)), point].slice(-MOST_POINTS);
}

/** Milliseconds until an exemption of a service ends; undefined when none does. */
export function nextEnd(scorecards: Scorecard[], service: string, now: number): number | undefined {
  const ends = scorecards
    .flatMap(({ spec }) => spec.exemptions ?? [])
    .filter(each => each.service === service)
    .map(each => Date.parse(each.until) - now)
    .filter(ms => ms > 0);
  return ends.length === 0 ? undefined : Math.min(...ends);
}
