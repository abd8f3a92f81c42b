import { isDeepStrictEqual } from 'node:util';
import { hasReason, type Key, type KubeObject, keyOf, type Stored } from '@slipway/api';
import { updateStatus } from '@slipway/client';
import {
  Application,
  BranchProtection,
  Build,
  Entity,
  Group,
  Promotion,
  Report,
  reportKeyOf,
  ScoreCheck,
  Scorecard,
  Team,
  Workload,
} from '@slipway/kinds';
import {
  type Cache,
  type Context,
  type Controller,
  controller,
  doneFor,
  type Outcome,
  watching,
} from '@slipway/runtime';
import type { GitServer } from '../git-server/call.ts';
import { collectDelivery } from './delivery/collect.ts';
import { nextEnd, score } from './score/evaluate.ts';
import { factsOf } from './score/facts.ts';
import { gather, readmeReader } from './score/gather.ts';

const WORKLOAD_LABEL = 'slipway.dev/workload';
/** Windows move and days pass: without any change a service is looked at again after this time. */
const LOOK_AGAIN_MS = 6 * 3_600_000;

/**
 * Keeps the Report of each service: facts, scorecards, DORA's measures. All of it is derived: a Report that is deleted
 * is made again from what is left, which is Git's history, the last entries of each Application's and what is live;
 * failures and recoveries of the past, and older deployments, are then gone.
 */
export function serviceReportController(git: GitServer): Controller {
  const readme = readmeReader(git);
  return controller<Workload>({
    name: 'insights-services',
    kind: Workload,
    concurrency: 1,
    watches: [
      watching({ kind: Application, keysOf: byLabel }),
      watching<Build>({ kind: Build, keysOf: byLabel }),
      watching<Promotion>({ kind: Promotion, keysOf: () => [] }),
      watching<Entity>({ kind: Entity, keysOf: byEntity }),
      watching<Team>({ kind: Team, keysOf: () => [] }),
      watching<Group>({ kind: Group, keysOf: () => [] }),
      watching<BranchProtection>({ kind: BranchProtection, keysOf: byRepository }),
      watching<Report>({ kind: Report, keysOf: bySubject }),
      watching<Scorecard>({ kind: Scorecard, keysOf: (_each, { cache }) => everyKey(cache(Workload)) }),
      watching<ScoreCheck>({ kind: ScoreCheck, keysOf: (_each, { cache }) => everyKey(cache(Workload)) }),
    ],
    reconcile: (workload, context) => reconcile(git, readme, workload, context),
  });
}

function byLabel({ metadata }: Stored<KubeObject>): Key[] {
  const name = metadata.labels?.[WORKLOAD_LABEL];
  return name ? [{ namespace: metadata.namespace ?? '', name }] : [];
}

function byEntity({ metadata }: Stored<Entity>): Key[] {
  const name = /^component\.(.+)$/.exec(metadata.name)?.[1];
  return name ? [{ namespace: metadata.namespace ?? '', name }] : [];
}

function byRepository(
  { metadata, spec }: Stored<BranchProtection>,
  { cache }: Pick<Context, 'cache'>,
): Key[] {
  const namespace = metadata.namespace ?? '';
  return cache(Workload)
    .list({ namespace })
    .filter(each => each.spec.repository === spec.repository)
    .map(each => keyOf(each));
}

function bySubject({ spec }: Stored<Report>): Key[] {
  const { kind, namespace = '', name } = spec.subject;
  return kind === 'Workload' ? [{ namespace, name }] : [];
}

function everyKey(workloads: Cache<Workload>): Key[] {
  return workloads.list().map(each => keyOf(each));
}

async function reconcile(
  git: GitServer,
  readme: ReturnType<typeof readmeReader>,
  workload: Stored<Workload>,
  context: Context,
): Promise<Outcome> {
  const { cache, clock } = context;
  const { name, namespace = '' } = workload.metadata;
  if (workload.metadata.deletionTimestamp) return doneFor(LOOK_AGAIN_MS);
  const key = reportKeyOf({ namespace, name });
  const before = cache(Report).get(key)?.status;
  const now = clock.now();
  const delivery = await collectDelivery(git, context, { workload, before: before?.delivery ?? [], now });
  const facts = factsOf(await gather(workload, context, { readme, delivery, now }));
  const service = `${namespace.replace(/^team-/, '')}/${name}`;
  const scorecards = cache(Scorecard).list();
  const results = scorecards.map(scorecard => {
    const known = before?.scorecards?.find(each => each.scorecard === scorecard.metadata.name);
    const common = { scorecard, checks: cache(ScoreCheck).list(), facts, service, now };
    return score({ ...common, ...(known ? { before: known } : {}) });
  });
  await writeReport(context, workload, { facts, scorecards: results, delivery });
  return doneFor(Math.min(LOOK_AGAIN_MS, nextEnd(scorecards, service, now) ?? LOOK_AGAIN_MS));
}

type Content = Pick<NonNullable<Report['status']>, 'facts' | 'scorecards' | 'delivery'>;

async function writeReport(
  { client, cache, clock }: Context,
  workload: Stored<Workload>,
  content: Content,
): Promise<void> {
  const { name, namespace = '' } = workload.metadata;
  const key = reportKeyOf({ namespace, name });
  const present = cache(Report).get(key);
  if (present && isDeepStrictEqual(timeless(present.status ?? {}), timeless(content))) return;
  if (!present) await createUnlessThere(client, workload);
  await updateStatus(client, Report, key, draft => {
    draft.status = { ...content, at: new Date(clock.now()).toISOString() };
  });
}

/** It goes with its service. */
async function createUnlessThere(client: Context['client'], { metadata }: Stored<Workload>): Promise<void> {
  const { name, namespace = '', uid } = metadata;
  const owner = { apiVersion: 'slipway.dev/v1alpha1', kind: Workload.kind, name, uid };
  const report: Report = {
    apiVersion: `${Report.group}/${Report.version}`,
    kind: Report.kind,
    metadata: {
      ...reportKeyOf({ namespace, name }),
      ownerReferences: [{ ...owner, controller: true, blockOwnerDeletion: false }],
    },
    spec: { subject: { kind: Workload.kind, namespace, name } },
  };
  await client.create(Report, report).catch(error => {
    if (!hasReason(error, 'AlreadyExists')) throw error;
  });
}

/** The content without the times of looking, so that a look that finds nothing new writes nothing within a day. */
function timeless({ facts, scorecards, delivery }: Content): unknown {
  const environments = (delivery ?? []).map(({ measures, history, ...each }) => ({
    ...each,
    measures: { ...measures, from: '', to: measures.to.slice(0, 10), deploymentsPerDay: 0 },
    points: history.length,
  }));
  return { facts, scorecards, environments };
}
