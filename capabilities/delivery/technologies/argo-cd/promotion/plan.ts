import type { AnyObject, Stored, UserInfo } from '@slipway/api';
import {
  type Approval,
  type Build,
  CREATED_BY,
  type GivenApproval,
  type Promotion,
  type PromotionStatus,
  type WantedApproval,
} from '@slipway/kinds';
import type { Rule } from './rule.ts';

export type Checks = NonNullable<PromotionStatus['checks']>;

/** Who asked for a promotion, as the API server recorded it. Pure. */
export function promoterOf({ metadata }: Stored<Promotion>): UserInfo | undefined {
  const text = metadata.annotations?.[CREATED_BY];
  return text === undefined ? undefined : (JSON.parse(text) as UserInfo);
}

/** Looks at the evidence for each check of the rule. Pure. */
export function checksOf(
  { checks }: Rule,
  {
    workflow,
    build,
    revision,
  }: { workflow?: AnyObject | undefined; build?: Stored<Build> | undefined; revision: string },
): Checks {
  const phase = (workflow?.status as { phase?: string } | undefined)?.phase;
  const short = revision.slice(0, 10);
  const found: Record<string, { passed: boolean; message: string }> = {
    tests: {
      passed: phase === 'Succeeded',
      message: workflow
        ? `pipeline ${workflow.metadata.name} of revision ${short}: ${phase ?? 'Pending'}`
        : `no pipeline run of revision ${short} is there; push a new commit, and its pipeline runs`,
    },
    sbom: {
      passed: build?.status?.sbom !== undefined,
      message: build?.status?.sbom
        ? `${build.status.sbom.packages} packages, ${build.status.sbom.digest}`
        : 'the image has no bill of materials; build it again',
    },
  };
  return checks.map(name => ({
    name,
    ...(found[name] ?? { passed: false, message: 'nothing makes this check' }),
  }));
}

/** The decisions on a promotion as it is now: the oldest of each person that policy accepted. Pure. */
export function decisionsOn(
  { metadata }: Stored<Promotion>,
  approvals: Stored<Approval>[],
): Stored<Approval>[] {
  const valid = approvals.filter(
    ({ spec: { object }, status }) =>
      status?.phase === 'Accepted' &&
      object.uid === metadata.uid &&
      object.generation === metadata.generation,
  );
  const first = new Map<string, Stored<Approval>>();
  for (const approval of valid.sort(byAge)) {
    const by = approval.status?.by ?? '';
    if (!first.has(by)) first.set(by, approval);
  }
  return [...first.values()];
}

/** Which approvals a rule wants, and how many of each are given. Pure. */
export function wantedBy({ approvals }: Rule, decisions: Stored<Approval>[]): WantedApproval[] {
  return approvals.map(wanted => ({
    ...wanted,
    given: decisions.filter(
      ({ spec, status }) => spec.decision === 'Approve' && status?.groups?.includes(wanted.group),
    ).length,
  }));
}

export function givenOf({ metadata, spec, status }: Stored<Approval>): GivenApproval {
  return {
    approval: metadata.name,
    by: status?.by ?? '',
    decision: spec.decision,
    at: metadata.creationTimestamp,
    ...(spec.reason ? { reason: spec.reason } : {}),
  };
}

/** What an open promotion comes to now. Pure. */
export type Decision =
  | { phase: 'Waiting' | 'Promoting'; message: string }
  | { phase: 'Rejected' | 'Superseded'; message: string };

export function decide(input: {
  checks: Checks;
  wanted: WantedApproval[];
  decisions: Stored<Approval>[];
  newer: Stored<Promotion> | undefined;
}): Decision {
  const { checks, wanted, decisions, newer } = input;
  const no = decisions.find(({ spec }) => spec.decision === 'Reject');
  if (no) {
    const why = no.spec.reason ? `: ${no.spec.reason}` : '';
    return { phase: 'Rejected', message: `rejected by ${no.status?.by}${why}` };
  }
  if (newer)
    return {
      phase: 'Superseded',
      message: `${newer.metadata.name} is newer and goes to the same environment`,
    };
  const missing = [
    ...checks.filter(({ passed }) => !passed).map(({ name, message }) => `check ${name}: ${message}`),
    ...wanted.filter(({ given, count }) => given < count).map(missingText),
  ];
  if (missing.length > 0) return { phase: 'Waiting', message: `waits for ${missing.join('; ')}` };
  return { phase: 'Promoting', message: 'everything it needs is there' };
}

function missingText({ group, count, given }: WantedApproval): string {
  return `${count - given} approval${count - given === 1 ? '' : 's'} of group ${group}`;
}

/** A younger promotion of the same service to the same environment that is not refused. Pure. */
export function newerThan(
  promotion: Stored<Promotion>,
  all: Stored<Promotion>[],
): Stored<Promotion> | undefined {
  return all.find(
    other =>
      other.metadata.uid !== promotion.metadata.uid &&
      other.spec.workload === promotion.spec.workload &&
      other.spec.to === promotion.spec.to &&
      ['Waiting', 'Promoting', 'Promoted'].includes(other.status?.phase ?? '') &&
      byAge(other, promotion) > 0,
  );
}

/** Those of one second are told apart by their names, which our clients make of the time. */
function byAge(one: Stored<Approval | Promotion>, other: Stored<Approval | Promotion>): number {
  const key = ({ metadata: { creationTimestamp, name } }: Stored<Approval | Promotion>) =>
    `${creationTimestamp} ${name}`;
  return key(one) < key(other) ? -1 : 1;
}
