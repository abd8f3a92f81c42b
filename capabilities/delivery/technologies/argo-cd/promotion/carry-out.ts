import { Application, Promotion, type PromotionStatus } from '@slipway/kinds';
import { PROMOTION_ID, pastOf } from '../environment/past.ts';
import { writeManifests } from '../environment/write-manifests.ts';
import { ensureApplication, lookAtOnce } from '../workload/ensure-application.ts';
import { type Landing, landingOf } from './landing.ts';
import { newerThan } from './plan.ts';
import { manifestsOf } from './prepare.ts';
import { nowOf, placeIn, type Scene } from './scene.ts';

/** A new image that is not healthy after this time is not going to be. */
const PATIENCE_MS = 10 * 60_000;

/** The next status of a decided promotion: first its commit, then what became of it. */
export async function carryOut(scene: Scene): Promise<PromotionStatus> {
  const status = scene.promotion.status ?? {};
  if (status.commit) return landed(scene, status, status.commit);
  const { namespace = '' } = scene.promotion.metadata;
  const newer = newerThan(scene.promotion, scene.context.cache(Promotion).list({ namespace }));
  if (newer?.status?.commit)
    return superseded(scene, `${newer.metadata.name} came first; nothing was written`);
  const commit = await commitOnce(scene, status);
  await lookAtOnce(scene, scene.promotion.spec.to);
  await ensureApplication(scene, scene.promotion.spec.to);
  return { ...status, commit, message: `written as ${commit.slice(0, 10)}; being applied` };
}

/** Looks for the commit first, for the process may have ended after it and before the status said so. */
async function commitOnce(scene: Scene, status: PromotionStatus): Promise<string> {
  const { git, promotion, workload } = scene;
  const { name, namespace, uid } = promotion.metadata;
  const past = () => pastOf(git, placeIn(scene, promotion.spec.to));
  const mine = (await past()).find(each => each.promotion === uid);
  if (mine) return mine.commit;
  const target = { revision: status.revision ?? '', ...(status.image ? { image: status.image } : {}) };
  const trailers = [
    `Promotion: ${namespace}/${name}`,
    `${PROMOTION_ID}: ${uid}`,
    ...(status.approvals?.given ?? [])
      .filter(({ decision }) => decision === 'Approve')
      .map(({ by }) => `Approved-by: ${signatureOf(by)}`),
  ];
  const by = status.promotedBy ?? workload.metadata.name;
  const author = { name: by, email: addressOf(by) };
  const made = await writeManifests(git, await manifestsOf(scene, target), { trailers, author });
  return made ?? (await past())[0]?.commit ?? '';
}

/** As the Git server signs for people. */
function addressOf(person: string): string {
  return `${person.replace(/[^A-Za-z0-9._-]/g, '-')}@users.slipway.internal`;
}

function signatureOf(person: string): string {
  return `${person} <${addressOf(person)}>`;
}

async function landed(scene: Scene, status: PromotionStatus, commit: string): Promise<PromotionStatus> {
  const { promotion, workload, context } = scene;
  const { namespace = '' } = promotion.metadata;
  const { to } = promotion.spec;
  const newer = newerThan(promotion, context.cache(Promotion).list({ namespace }));
  if (newer?.status?.commit)
    return superseded(scene, `${newer.metadata.name} replaced it before it was healthy`);
  const application = context.cache(Application).get({ namespace, name: `${workload.metadata.name}-${to}` });
  const isThere = await includes(scene, application, commit);
  if (!isThere && (await isReplaced(scene, commit)))
    return superseded(scene, 'another commit replaced it before it was healthy');
  const landing = landingOf(application, isThere);
  if (landing.state === 'live')
    return { ...status, phase: 'Promoted', message: `healthy in ${to}`, finishedAt: nowOf(scene) };
  if (landing.state === 'failed') return failed(scene, status, landing.message);
  if (patienceOf(scene) <= 0)
    return failed(scene, status, `not healthy after 10 minutes: ${landing.message}`);
  return { ...status, message: messageOf(landing, commit) };
}

function messageOf(landing: Exclude<Landing, { state: 'live' }>, commit: string): string {
  return `written as ${commit.slice(0, 10)}; ${landing.message}`;
}

/** How long a promotion may still take. */
export function patienceOf({ promotion, context }: Pick<Scene, 'promotion' | 'context'>): number {
  const since = Date.parse(promotion.status?.decidedAt ?? '') || context.clock.now();
  return since + PATIENCE_MS - context.clock.now();
}

/** Other services' commits follow ours: the Application stands at one that has it when nothing else touched the file. */
async function includes(scene: Scene, application: unknown, commit: string): Promise<boolean> {
  const { sync } = (application as { status?: { sync?: { revision?: string } } } | undefined)?.status ?? {};
  if (sync?.revision === undefined || sync.revision === commit) return sync?.revision === commit;
  const { repository, path } = placeIn(scene, scene.promotion.spec.to);
  const [newest] = await scene.git.commits(repository, sync.revision, path);
  return newest?.id === commit;
}

/** A push to the first environment, or somebody by hand, wrote the file again. */
async function isReplaced(scene: Scene, commit: string): Promise<boolean> {
  const { repository, path } = placeIn(scene, scene.promotion.spec.to);
  const commits = await scene.git.commits(repository, 'main', path);
  return commits.findIndex(({ id }) => id === commit) > 0;
}

function superseded(scene: Scene, message: string): PromotionStatus {
  return { ...scene.promotion.status, phase: 'Superseded', message, finishedAt: nowOf(scene) };
}

function failed(scene: Scene, status: PromotionStatus, cause: string): PromotionStatus {
  const { workload, to } = scene.promotion.spec;
  const before = status.difference?.before.image;
  const next = before
    ? `slipway service rollback ${workload} --environment ${to} brings back ${before.replace(/^.*@/, '').slice(0, 19)}`
    : 'push a commit that mends it, and promote that';
  const message = `${cause}. The change stands in ${scene.team}/environment-${to} (${status.commit?.slice(0, 10)}); what ran before may still answer. Next: ${next}`;
  return { ...status, phase: 'Failed', message, finishedAt: nowOf(scene) };
}
