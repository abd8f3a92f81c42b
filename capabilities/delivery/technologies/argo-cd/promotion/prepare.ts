import { isAllowed } from '@slipway/client';
import {
  Approval,
  Build,
  Promotion,
  type PromotionDifference,
  type PromotionStatus,
  Workflow,
} from '@slipway/kinds';
import { RenderError } from '@slipway/render';
import { pastOf } from '../environment/past.ts';
import { objectsOf } from '../environment/write-manifests.ts';
import { promotionRefusal } from '../pipeline-policy/plan.ts';
import { deployObjects, unbuiltObjects } from '../workload/own-files.ts';
import { buildOf, workflowName } from '../workload/plan.ts';
import { commitsBetween, configurationOf, differentTexts, objectsIn, objectTexts } from './difference.ts';
import { checksOf, decide, decisionsOn, givenOf, newerThan, promoterOf, wantedBy } from './plan.ts';
import { type Rule, ruleOf } from './rule.ts';
import { nowOf, placeIn, type Scene } from './scene.ts';
import { type Refusal, sourceOf, type Target, targetOf } from './target.ts';

/** The next status of an open promotion: what it would change, what it waits for, what was decided. */
export async function prepare(scene: Scene): Promise<PromotionStatus> {
  const known = knownTarget(scene) ?? (await findTarget(scene));
  if ('refused' in known) return ended(scene, 'Refused', known.refused);
  const held = promotionRefusal(scene.workload, known);
  if (held) return ended(scene, 'Refused', held);
  const rule = ruleFor(scene, known.rollback === true);
  if ('refused' in rule) return ended(scene, 'Refused', rule.refused);
  return judged(scene, known, rule);
}

/** A promotion that never comes to be. */
export function ended(
  scene: Pick<Scene, 'promotion' | 'context'>,
  phase: 'Refused' | 'Failed',
  message: string,
): PromotionStatus {
  const { status, metadata } = scene.promotion;
  const now = nowOf(scene);
  const by = promoterOf(scene.promotion)?.username;
  return {
    ...(by ? { promotedBy: by } : {}),
    ...status,
    observedGeneration: metadata.generation ?? 0,
    phase,
    message,
    decidedAt: status?.decidedAt ?? now,
    finishedAt: now,
  };
}

type Known = PromotionStatus & { revision: string };

/** The first look at a generation settles what is meant; that people decide on. */
function knownTarget({ promotion: { status, metadata } }: Scene): Known | undefined {
  const revision = status?.observedGeneration === metadata.generation ? status?.revision : undefined;
  return status && revision ? { ...status, revision } : undefined;
}

async function findTarget(scene: Scene): Promise<Known | Refusal> {
  const { promotion, environment, environments, workload } = scene;
  const { spec } = promotion;
  const by = promoterOf(promotion);
  if (!by) return { refused: 'the API server has not recorded who promotes; make another promotion' };
  const from = sourceOf({ spec, environment, environments });
  if (typeof from !== 'string') return from;
  if (!(await mayPromote(scene)))
    return { refused: `${by.username} may not promote to ${spec.to} in team ${scene.team}` };
  const past = {
    to: await pastOf(scene.git, placeIn(scene, spec.to)),
    from: from === spec.to ? [] : await pastOf(scene.git, placeIn(scene, from)),
  };
  const fromNow = workload.status?.environments?.find(({ name }) => name === from);
  const target = targetOf({ spec, environment, environments, past, fromNow }, from);
  if ('refused' in target) return target;
  try {
    return { promotedBy: by.username, ...target, difference: await differenceOf(scene, target, past.to[0]) };
  } catch (error) {
    if (!(error instanceof RenderError)) throw error;
    return { refused: `${scene.source} at ${target.revision.slice(0, 10)}: ${error.message}` };
  }
}

function mayPromote({ promotion, context }: Scene): Promise<boolean> {
  const { namespace = '' } = promotion.metadata;
  const by = promoterOf(promotion) ?? { username: '', groups: [] };
  const right = {
    verb: 'promote',
    group: 'slipway.dev',
    resource: 'environments',
    namespace,
    name: promotion.spec.to,
  };
  return isAllowed(context.client, by, right, { clock: context.clock });
}

/** What the target's revision brings: its own manifests, or none for the default ones. */
export async function manifestsOf(scene: Scene, target: Pick<Target, 'image' | 'revision'>) {
  const { workload, team, source, git, promotion } = scene;
  const reader = git.reader(source, target.revision);
  const { image, revision } = target;
  return {
    workload,
    team,
    source,
    environment: promotion.spec.to,
    revision,
    ...(image ? { image } : {}),
    objects: (await unbuiltObjects(reader)) ?? (await deployObjects(reader)),
  };
}

async function differenceOf(
  scene: Scene,
  target: Target,
  now: { image?: string; revision: string } | undefined,
): Promise<PromotionDifference> {
  const { git, source } = scene;
  const { repository, path } = placeIn(scene, scene.promotion.spec.to);
  const objects = objectsOf(await manifestsOf(scene, target));
  const present = await git.file(repository, path, 'main');
  const configuration = async (revision: string | undefined) =>
    revision ? configurationOf(git.reader(source, revision)) : new Map<string, string>();
  const newest = async (revision: string | undefined) => (revision ? git.commits(source, revision) : []);
  const revisions = { after: target.revision, ...(now ? { before: now.revision } : {}) };
  const { commits, backwards, more } = commitsBetween(revisions, {
    before: await newest(now?.revision),
    after: await newest(target.revision),
  });
  return {
    before: now ? { revision: now.revision, ...(now.image ? { image: now.image } : {}) } : {},
    after: { revision: target.revision, ...(target.image ? { image: target.image } : {}) },
    commits: commits.map(({ id, message, author, at }) => ({
      id,
      title: message.split('\n')[0] ?? '',
      author,
      at,
    })),
    ...(backwards ? { backwards } : {}),
    ...(more ? { more } : {}),
    files: differentTexts(await configuration(now?.revision), await configuration(target.revision)),
    objects: differentTexts(objectTexts(objectsIn(present?.content, path)), objectTexts(objects)),
  };
}

function ruleFor({ environment }: Scene, isRollback: boolean): Rule | Refusal {
  if (!environment) return { refused: 'the environment is gone' };
  const rule = ruleOf(environment, isRollback);
  return 'problem' in rule ? { refused: rule.problem } : rule;
}

function judged(scene: Scene, known: Known, rule: Rule): PromotionStatus {
  const { promotion, workload, context } = scene;
  const { namespace = '', generation = 0 } = promotion.metadata;
  const { revision } = known;
  const service = workload.metadata.name;
  const workflow = context.cache(Workflow).get({ namespace, name: workflowName(service, revision) });
  const build = buildOf(context.cache(Build).list({ namespace }), service, revision);
  const checks = checksOf(rule, { workflow, build, revision });
  const decisions = decisionsOn(promotion, context.cache(Approval).list({ namespace }));
  const wanted = wantedBy(rule, decisions);
  const newer = newerThan(promotion, context.cache(Promotion).list({ namespace }));
  const decision = decide({ checks, wanted, decisions, newer });
  const head = workload.status?.revision;
  const isOver = decision.phase === 'Rejected' || decision.phase === 'Superseded';
  return {
    ...known,
    ...decision,
    observedGeneration: generation,
    checks,
    approvals: { wanted, given: decisions.map(givenOf) },
    ...(decision.phase === 'Waiting' ? {} : { decidedAt: nowOf(scene) }),
    ...(decision.phase === 'Promoting' && head ? { head } : {}),
    ...(isOver ? { finishedAt: nowOf(scene) } : {}),
  };
}
