import { messageOf, SlipwayError } from '@slipway/api';
import type { Client } from '@slipway/client';
import type { Lock } from '@slipway/definition';
import type { AppliedCluster } from '../apply/apply-cluster.ts';
import type { ClusterComponent, ClusterPlan } from '../plan-cluster.ts';
import { obstacleText } from '../preflight/obstacle.ts';
import { preflight } from '../preflight/preflight.ts';
import type { ComponentBackup } from './back-up-component.ts';
import { type Upgrade, withUpgrade } from './choose-upgrades.ts';
import { fitDefinitions } from './fit-definitions.ts';

export interface UpgradeWork {
  client: Client;
  /** As the file has it. */
  lock: Lock;
  /** What the definition comes to with a lock. */
  plan(lock: Lock): Promise<ClusterPlan>;
  apply(plan: ClusterPlan): Promise<AppliedCluster>;
  /** Writes what could be lost of a component into a file. */
  backUp(id: string): Promise<ComponentBackup>;
  /** Keeps the lock, all or nothing. */
  keepLock(lock: Lock): Promise<void>;
  tell?: (event: UpgradeEvent) => void;
}

export type UpgradeEvent =
  | { type: 'begins'; id: string; from: string; to: string }
  | { type: 'backed-up'; id: string; backup: ComponentBackup }
  | { type: 'ended'; id: string; to: string }
  | { type: 'failed'; id: string; message: string }
  | { type: 'returns'; id: string; to: string };

export interface Upgraded {
  /** Components that have their new release, with the files of their backups. */
  done: { id: string; from: string; to: string; backup: string }[];
  failed?: UpgradeFailure;
}

/** One that could not have its new release. */
export interface UpgradeFailure {
  id: string;
  from: string;
  to: string;
  message: string;
  /** Whether it is again as it was; `why` says what keeps it from that. */
  restored: { ok: true } | { ok: false; why: string };
  backup: string;
}

/**
 * Gives components their new releases, one after the other in the order of the plan. The lock has a release only once it is
 * ready and answers; one that is not goes back to what the lock has, and nothing further is begun. Killed anywhere and
 * begun again it comes to the same end.
 * @throws SlipwayError UpgradeRefused with everything that stands in the way, before anything was changed
 */
export async function upgradeCluster(upgrades: Upgrade[], work: UpgradeWork): Promise<Upgraded> {
  const { plan, client } = work;
  const whole = await plan(upgrades.reduce(withUpgrade, work.lock));
  await refuseObstacles(whole, client, upgrades);
  const order = whole.components.map(({ id }) => id);
  const done: Upgraded['done'] = [];
  let lock = work.lock;
  for (const upgrade of upgrades.toSorted((a, b) => order.indexOf(a.id) - order.indexOf(b.id))) {
    const outcome = await upgradeOne(upgrade, lock, work);
    if ('message' in outcome) return { done, failed: outcome };
    done.push(outcome);
    lock = withUpgrade(lock, upgrade);
  }
  return { done };
}

async function refuseObstacles(plan: ClusterPlan, client: Client, upgrades: Upgrade[]): Promise<void> {
  const resuming = upgrades.map(({ id }) => id);
  const obstacles = (await preflight(plan, client, { resuming })).filter(({ isWarning }) => !isWarning);
  if (obstacles.length === 0) return;
  const lines = obstacles.map(each => `- ${obstacleText(each)}`);
  throw new SlipwayError('UpgradeRefused', `upgrade: nothing was changed:\n${lines.join('\n')}`);
}

async function upgradeOne(
  upgrade: Upgrade,
  lock: Lock,
  work: UpgradeWork,
): Promise<Upgraded['done'][number] | UpgradeFailure> {
  const { id, from, release } = upgrade;
  const to = release.version;
  work.tell?.({ type: 'begins', id, from, to });
  const next = await work.plan(withUpgrade(lock, upgrade));
  const backup = await work.backUp(id);
  work.tell?.({ type: 'backed-up', id, backup });
  const failure = await applyFitted(next, id, work);
  if (failure === undefined) {
    await work.keepLock(withUpgrade(lock, upgrade));
    work.tell?.({ type: 'ended', id, to });
    return { id, from, to, backup: backup.file };
  }
  work.tell?.({ type: 'failed', id, message: failure });
  work.tell?.({ type: 'returns', id, to: from });
  const restored = await restore(id, lock, work);
  return { id, from, to, message: failure, restored, backup: backup.file };
}

/** What kept it from being so; undefined when it is. */
async function applyFitted(
  plan: ClusterPlan,
  id: string,
  { client, apply }: UpgradeWork,
): Promise<string | undefined> {
  try {
    await fitDefinitions(client, componentIn(plan, id));
    const { failed } = await apply(plan);
    return failed && `${failed.id === id ? '' : `${failed.id}: `}${failed.message}`;
  } catch (error) {
    return messageOf(error);
  }
}

/** Whatever keeps it from being as it was is told, beside what went wrong at first. */
async function restore(id: string, lock: Lock, work: UpgradeWork): Promise<UpgradeFailure['restored']> {
  try {
    const why = await applyFitted(await work.plan(lock), id, work);
    return why === undefined ? { ok: true } : { ok: false, why };
  } catch (error) {
    return { ok: false, why: messageOf(error) };
  }
}

function componentIn({ components }: ClusterPlan, id: string): ClusterComponent {
  const found = components.find(each => each.id === id);
  if (found) return found;
  throw new SlipwayError('UpgradeUnknown', `upgrade: ${id}: the plan has no such component`);
}
