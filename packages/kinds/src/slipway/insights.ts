import type { Kind, KubeObject } from '@slipway/api';
import { definitionOf, listOf, object, text, truth } from '../custom-resource.ts';

const insights = { group: 'insights.slipway.dev', version: 'v1alpha1', namespaced: false } as const;

/** Something read live about a service. Without a value it is unknown, which is never a pass. */
export interface Fact {
  value?: boolean | number | string;
  /** Where the value comes from, or why it is unknown. */
  reason: string;
  /** What to look at: a path in the portal, or an object as `kind namespace/name`. */
  evidence?: string;
}

/** One question to a service: a fact with a rule. Named by its id; exported apart from the check of a change. */
export interface ScoreCheck extends KubeObject {
  spec: {
    title: string;
    /** Id of the fact it asks for. */
    fact: string;
    /** Holds when every part of it holds. */
    rule: { is?: boolean; atLeast?: number; atMost?: number };
    /** What to do when it fails. */
    fix: string;
  };
}
export const ScoreCheck: Kind<ScoreCheck> = { ...insights, kind: 'Check', plural: 'checks' };
export const scoreCheckDefinition = definitionOf(ScoreCheck, {
  spec: object(
    {
      title: text,
      fact: text,
      rule: object({ is: truth, atLeast: { type: 'number' }, atMost: { type: 'number' } }),
      fix: text,
    },
    ['title', 'fact', 'rule', 'fix'],
  ),
  columns: [{ name: 'Title', type: 'string', jsonPath: '.spec.title' }],
});

/** Until when a service need not pass a check, why, and who answers for it. */
export interface Exemption {
  check: string;
  /** `<team>/<service>`. */
  service: string;
  owner: string;
  reason: string;
  /** RFC 3339; from then on the check counts again. */
  until: string;
}

/** Levels of checks, the lowest first: a service has a level when it passes its checks and all those below. */
export interface Scorecard extends KubeObject {
  spec: {
    title: string;
    description?: string;
    levels: { name: string; checks: string[] }[];
    exemptions?: Exemption[];
  };
}
export const Scorecard: Kind<Scorecard> = { ...insights, kind: 'Scorecard', plural: 'scorecards' };
export const scorecardDefinition = definitionOf(Scorecard, {
  spec: object(
    {
      title: text,
      description: text,
      levels: {
        ...listOf(object({ name: text, checks: listOf(text) }, ['name', 'checks'])),
        minItems: 1,
        maxItems: 10,
      },
      exemptions: {
        ...listOf(
          object(
            {
              check: { ...text, minLength: 1 },
              service: { ...text, pattern: '^[^/]+/[^/]+$' },
              owner: { ...text, minLength: 1 },
              reason: { ...text, minLength: 1 },
              until: { ...text, format: 'date-time' },
            },
            ['check', 'service', 'owner', 'reason', 'until'],
          ),
        ),
        maxItems: 1000,
      },
    },
    ['title', 'levels'],
  ),
  columns: [{ name: 'Title', type: 'string', jsonPath: '.spec.title' }],
});

/** `exempt` counts for neither side; `unknown` is no pass. */
export type ScoreState = 'pass' | 'fail' | 'unknown' | 'exempt';

export interface CheckResult {
  check: string;
  title: string;
  level: string;
  state: ScoreState;
  /** What was found, or why nothing is known. */
  found: string;
  fix: string;
  evidence?: string;
  exemption?: Pick<Exemption, 'owner' | 'reason' | 'until'>;
}

/** One scorecard of one service. `level` is empty before the first is reached. */
export interface ScorecardResult {
  scorecard: string;
  title: string;
  level: string;
  /** The next one; empty at the top. */
  nextLevel: string;
  passed: number;
  /** All checks but exempt ones. */
  counted: number;
  results: CheckResult[];
  /** Oldest first; a point for each change, and at most one a day where nothing changed. */
  history: ScorePoint[];
}

export interface ScorePoint {
  at: string;
  level: string;
  passed: number;
  counted: number;
}

/** What happened in one environment of a service, oldest first. */
export type DeliveryEvent = DeploymentEvent | FailureEvent | RecoveryEvent;

export interface DeploymentEvent {
  type: 'deployment';
  at: string;
  /** What it is known by where it was read: an entry of an Application's history. */
  id: string;
  /** Commit of the service; absent: unknown. */
  revision?: string;
  /** Times of the commits that it was the first to bring; absent: unknown. */
  commits?: string[];
  /** It went back to what had run before. */
  rollback?: boolean;
}
export interface FailureEvent {
  type: 'failure';
  at: string;
  cause: 'degraded' | 'sync-failed';
  message: string;
}
export interface RecoveryEvent {
  type: 'recovery';
  at: string;
}

/** DORA's five measures of one environment within a window. Absent: unknown. Times in seconds, shares in percent. */
export interface DeliveryMeasures {
  from: string;
  to: string;
  deployments: number;
  /** Deployments that failed: it broke after them, or they were rolled back. */
  failed: number;
  /** Deployments made because of a failure. */
  rework: number;
  /** Deployments a day, over the part of the window in which somebody looked. */
  deploymentsPerDay?: number;
  /** Median from commit to running. */
  leadTimeSeconds?: number;
  failPercentage?: number;
  /** Median from failing to healthy again. */
  recoverySeconds?: number;
  reworkPercentage?: number;
  /** It is failing now, since then. */
  failingSince?: string;
}

/** DORA's groups of lead and recovery times: each holds what takes less than `below` seconds. */
export const DORA_GROUPS = [
  { below: 3600, name: 'less than an hour' },
  { below: 86_400, name: 'less than a day' },
  { below: 604_800, name: 'a day to a week' },
  { below: 2_629_800, name: 'a week to a month' },
  { below: 15_778_800, name: 'a month to six months' },
  { below: Number.POSITIVE_INFINITY, name: 'more than six months' },
] as const;

export interface EnvironmentDelivery {
  name: string;
  /** The last stage of the service: its measures are the service's. */
  production: boolean;
  /** Nothing before this is known. */
  since: string;
  events: DeliveryEvent[];
  measures: DeliveryMeasures;
  /** A point a day, oldest first. */
  history: DeliveryMeasures[];
}

/**
 * Where a service or the platform stands: derived from live objects, kept with its history. It lies beside its subject,
 * so whoever may read a team's services may read how they stand, and nobody else.
 */
export interface Report extends KubeObject {
  spec: { subject: { kind: string; namespace?: string; name: string } };
  status?: {
    /** When something in it changed last. */
    at?: string;
    facts?: Record<string, Fact>;
    scorecards?: ScorecardResult[];
    delivery?: EnvironmentDelivery[];
    maturity?: MaturityReport;
  };
}
export const Report: Kind<Report> = { ...insights, namespaced: true, kind: 'Report', plural: 'reports' };
export const reportDefinition = definitionOf(Report, {
  spec: object({ subject: object({ kind: text, namespace: text, name: text }, ['kind', 'name']) }, [
    'subject',
  ]),
  columns: [
    { name: 'Subject', type: 'string', jsonPath: '.spec.subject.kind' },
    { name: 'Level', type: 'string', jsonPath: '.status.scorecards[0].level' },
  ],
});

export const MATURITY_LEVELS = ['provisional', 'operational', 'scalable', 'optimizing'] as const;
export type MaturityLevel = (typeof MATURITY_LEVELS)[number];
export const MATURITY_ASPECTS = [
  'investment',
  'adoption',
  'interfaces',
  'operations',
  'measurement',
] as const;
export type MaturityAspect = (typeof MATURITY_ASPECTS)[number];

/** One line of the report. `basis` says how it is known. */
export interface MaturityLine {
  id: string;
  aspect: MaturityAspect;
  level: MaturityLevel;
  statement: string;
  state: 'yes' | 'no' | 'unknown';
  basis: 'measured' | 'attested' | 'none';
  /** What was found: numbers, or who says so and since when. */
  found: string;
  /** What to look at: a path in the portal, an address, or an object. */
  evidence?: string;
  /** What to do to get a yes. */
  improve: string;
}

export interface MaturityReport {
  /** `level` is empty where not even the first is shown. */
  aspects: { aspect: MaturityAspect; level: MaturityLevel | ''; next: MaturityLevel | '' }[];
  lines: MaturityLine[];
  /** Ids of lines to work on first, one aspect's next level at a time. */
  improvements: string[];
}

/**
 * Somebody's word on a line that cannot be measured; `slipway.dev/created-by` says whose. It never changes: who changes
 * their mind attests again, and the newest counts.
 */
export interface Attestation extends KubeObject {
  spec: {
    line: string;
    holds: boolean;
    statement: string;
    evidence?: string;
    /** RFC 3339; from then on it says nothing. */
    until: string;
  };
}
export const Attestation: Kind<Attestation> = { ...insights, kind: 'Attestation', plural: 'attestations' };
export const attestationDefinition = definitionOf(Attestation, {
  spec: {
    ...object(
      {
        line: { ...text, minLength: 1, maxLength: 100 },
        holds: truth,
        statement: { ...text, minLength: 1, maxLength: 1000 },
        evidence: { ...text, maxLength: 500 },
        until: { ...text, format: 'date-time' },
      },
      ['line', 'holds', 'statement', 'until'],
    ),
    'x-kubernetes-validations': [
      { rule: 'self == oldSelf', message: 'an attestation never changes; attest again' },
    ],
  },
  columns: [
    { name: 'Line', type: 'string', jsonPath: '.spec.line' },
    { name: 'Holds', type: 'boolean', jsonPath: '.spec.holds' },
    { name: 'Until', type: 'string', jsonPath: '.spec.until' },
  ],
});

/** Key of the Report on a service. */
export function reportKeyOf({ namespace = '', name }: { namespace?: string; name: string }) {
  return { namespace, name: `service.${name}` };
}

/** Key of the Report on the platform's maturity. */
export const MATURITY_REPORT = { namespace: 'slipway-system', name: 'maturity' };
