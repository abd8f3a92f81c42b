import { diffCluster } from '@slipway/cluster';
import { differencesText } from '../differences-text.ts';
import { columns, EXIT, type Format, print } from '../output.ts';
import type { Cluster } from './open-cluster.ts';

/** Components in order, and how many objects of the cluster would be otherwise. Changes nothing. */
export async function planOnCluster(cluster: Cluster, output: Format): Promise<number> {
  const plan = await cluster.plan();
  const { changes, gone } = await diffCluster(cluster.client, plan);
  const rows = plan.components.map(({ id, version, engine, after, follower }) => {
    const own = changes.filter(({ component }) => component === id);
    const count = (result: string) => own.filter(each => each.result === result).length;
    return {
      component: id,
      version,
      engine,
      through: follower ? 'repository' : 'apply',
      after,
      new: count('new'),
      changed: count('changed'),
      gone: count('gone'),
    };
  });
  print(output, { platform: plan.platform, components: rows, gone }, () =>
    [
      columns([
        ['ORDER', 'COMPONENT', 'VERSION', 'ENGINE', 'THROUGH', 'AFTER', 'NEW', 'CHANGED', 'GONE'],
        ...rows.map((row, index) => [
          String(index + 1),
          row.component,
          row.version || '-',
          row.engine,
          row.through,
          row.after.join(', ') || '-',
          ...[row.new, row.changed, row.gone].map(String),
        ]),
      ]),
      '',
      ...gone.map(id => `goes with all it made: ${id}`),
      changes.length + gone.length === 0
        ? 'the cluster is as the definition says: nothing would change'
        : 'object by object: slipway diff -f',
    ].join('\n'),
  );
  return EXIT.done;
}

/** Object by object and field by field what the cluster has otherwise. Ends with 0 when it is the same, else 3. */
export async function diffOnCluster(cluster: Cluster, output: Format): Promise<number> {
  const { changes, gone } = await diffCluster(cluster.client, await cluster.plan());
  const rows = changes.map(({ component, kind, name, result, fields }) => ({
    component,
    kind,
    name,
    result,
    fields,
  }));
  const isSame = changes.length + gone.length === 0;
  print(output, { differences: rows, gone }, () => {
    if (isSame) return 'the cluster is as the definition says';
    return [differencesText(changes), ...gone.map(id => `Component ${id}: gone`)].filter(Boolean).join('\n');
  });
  return isSame ? EXIT.done : EXIT.unhealthy;
}
