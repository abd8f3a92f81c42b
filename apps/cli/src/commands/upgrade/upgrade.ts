import { resolve } from 'node:path';
import { systemClock } from '@slipway/api';
import {
  backUpComponent,
  chooseUpgrades,
  type Until,
  type Upgraded,
  type UpgradeEvent,
  upgradeCluster,
} from '@slipway/cluster';
import { applyToCluster } from '../../cluster/apply-definition.ts';
import type { Cluster } from '../../cluster/open-cluster.ts';
import { withCluster } from '../../cluster/with-cluster.ts';
import { selectFile } from '../../definition-source.ts';
import type { GlobalOptions } from '../../global-options.ts';
import { CommandError, columns, EXIT, print, say } from '../../output.ts';
import { previewText, previewUpgrades } from './preview.ts';

interface Options extends GlobalOptions {
  file: string;
  to?: string;
  dryRun?: boolean;
  acceptLoss?: boolean;
  backups: string;
  until: Until;
  timeout: number;
}

/** Gives components newer releases: what changes and what could break is said first, and what fails goes back. */
export async function run(options: Options, ids: string[]): Promise<number> {
  const { file } = options;
  const selection = await selectFile(file);
  if (selection.ground !== 'kubernetes')
    throw new CommandError(`${file}: its target is this machine, where tools are built in`, {
      exitCode: EXIT.usage,
      next: 'install a newer Slipway',
    });
  return withCluster(selection, file, cluster => upgradeOn(cluster, ids, options));
}

async function upgradeOn(cluster: Cluster, ids: string[], options: Options): Promise<number> {
  const { to, dryRun, acceptLoss, output } = options;
  const upgrades = chooseUpgrades(cluster.selection, cluster.lock, { ids, ...(to ? { to } : {}) });
  const preview = await previewUpgrades(cluster, upgrades);
  if (dryRun || upgrades.length === 0) {
    print(output, { upgrades: preview }, () => previewText(preview));
    return EXIT.done;
  }
  say(previewText(preview));
  const lost = preview.flatMap(({ losses }) => losses).filter(({ users }) => users.length > 0);
  if (lost.length > 0 && !acceptLoss)
    throw new CommandError('nothing was changed: objects of the cluster would lose what goes away', {
      next: 'change these objects first, or go on with --accept-loss',
    });
  const upgraded = await upgradeCluster(upgrades, workOf(cluster, options));
  print(output, upgraded, () => upgradedText(upgraded));
  return upgraded.failed ? EXIT.failed : EXIT.done;
}

function workOf(cluster: Cluster, { until, timeout, backups }: Options) {
  const how = { until, timeoutMs: timeout * 1000, cause: 'slipway upgrade' };
  return {
    client: cluster.client,
    lock: cluster.lock,
    plan: cluster.plan,
    apply: (plan: Parameters<typeof applyToCluster>[1]) => applyToCluster(cluster, plan, how),
    backUp: (id: string) =>
      backUpComponent(cluster.client, id, { folder: resolve(backups), clock: systemClock }),
    keepLock: cluster.writeLock,
    tell,
  };
}

function tell(event: UpgradeEvent): void {
  if (event.type === 'begins') say(`${event.id}: ${event.from} → ${event.to}`);
  if (event.type === 'backed-up')
    say(
      `  ${event.backup.resources} objects are kept in ${event.backup.file}; values of ${event.backup.secrets} Secrets are left out`,
    );
  if (event.type === 'failed') say(`  failed: ${event.message}`);
  if (event.type === 'returns') say(`  going back to ${event.to}`);
}

function upgradedText({ done, failed }: Upgraded): string {
  const rows = done.map(({ id, from, to, backup }) => [id, from, to, backup]);
  const table = rows.length > 0 ? [columns([['COMPONENT', 'FROM', 'TO', 'BACKUP'], ...rows])] : [];
  if (!failed) return table.join('\n');
  const { id, from, to, message, restored, backup } = failed;
  const state = restored.ok
    ? `it has ${from} again, in slipway.lock too; what the tool itself did to its data stays done`
    : `it could not go back to ${from}: ${restored.why}; begin again with slipway upgrade ${id} --to ${from}`;
  return [...table, `${id}: ${to} failed: ${message}`, state, `what it had is in ${backup}`].join('\n');
}
