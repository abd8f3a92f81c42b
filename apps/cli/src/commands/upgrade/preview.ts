import {
  type ClusterChange,
  diffCluster,
  findLosses,
  type Loss,
  lossText,
  type Upgrade,
  withUpgrade,
} from '@slipway/cluster';
import type { Cluster } from '../../cluster/open-cluster.ts';

export interface UpgradePreview {
  component: string;
  from: string;
  to: string;
  breaking: { version: string; text: string }[];
  changes: { kind: string; name: string; result: ClusterChange['result']; fields: number }[];
  /** Objects that are written in another version of their API from now on. */
  apiVersions: string[];
  losses: Loss[];
}

const MOST_OBJECTS = 20;

/** What upgrades would change on the cluster, and what could break. Changes nothing. */
export async function previewUpgrades(cluster: Cluster, upgrades: Upgrade[]): Promise<UpgradePreview[]> {
  if (upgrades.length === 0) return [];
  const plan = await cluster.plan(upgrades.reduce(withUpgrade, cluster.lock));
  const { changes } = await diffCluster(cluster.client, plan);
  const previews: UpgradePreview[] = [];
  for (const { id, from, release, breaking } of upgrades) {
    const component = plan.components.find(each => each.id === id);
    if (!component) continue;
    const own = changes.filter(each => each.component === id);
    previews.push({
      component: id,
      from,
      to: release.version,
      breaking,
      changes: own.map(({ kind, name, result, fields }) => ({ kind, name, result, fields: fields.length })),
      apiVersions: own.flatMap(({ kind, name, fields }) =>
        fields
          .filter(({ field }) => field === 'apiVersion')
          .map(each => `${kind} ${name}: ${each.old} → ${each.new}`),
      ),
      losses: await findLosses(cluster.client, component),
    });
  }
  return previews;
}

export function previewText(previews: UpgradePreview[]): string {
  if (previews.length === 0) return 'every component has its newest release already';
  return previews.map(onePreview).join('\n');
}

function onePreview({ component, from, to, breaking, changes, apiVersions, losses }: UpgradePreview): string {
  const shown = changes.slice(0, MOST_OBJECTS).map(({ kind, name, result, fields }) => {
    return `  ${result.padEnd(8)} ${kind} ${name}${fields > 0 ? ` (${fields} fields)` : ''}`;
  });
  const rest = changes.length - shown.length;
  return [
    `${component}: ${from} → ${to}`,
    ...breaking.map(({ version, text }) => `  could break (${version}): ${text}`),
    ...losses.map(each => `  ${lossText(each)}`),
    ...apiVersions.map(each => `  ${each}`),
    ...shown,
    ...(rest > 0 ? [`  and ${rest} more objects`] : []),
    ...(changes.length === 0 ? ['  no object changes'] : []),
  ].join('\n');
}
