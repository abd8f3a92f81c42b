import { Component } from '@slipway/kinds';
import { columns, EXIT, type Format, print } from '../output.ts';
import type { Cluster } from './open-cluster.ts';

/** Each component of the cluster as the last apply saw it. */
export async function statusOfCluster({ client }: Cluster, output: Format): Promise<number> {
  const { items } = await client.list(Component);
  const components = items.map(({ metadata, spec, status }) => {
    const conditions = status?.conditions ?? [];
    const state = (type: string) => conditions.find(each => each.type === type)?.status ?? 'Unknown';
    return {
      component: metadata.name ?? '',
      version: status?.version ?? '',
      engine: spec.engine,
      synced: state('Synced'),
      healthy: state('Healthy'),
      probed: state('Probed'),
      message: conditions.find(each => each.status === 'False')?.message ?? '',
    };
  });
  const ready =
    components.length > 0 && components.every(({ synced, message }) => synced === 'True' && message === '');
  print(output, { ready, components }, () =>
    columns([
      ['COMPONENT', 'VERSION', 'ENGINE', 'SYNCED', 'HEALTHY', 'PROBED', 'WHY'],
      ...components.map(({ component, version, engine, synced, healthy, probed, message }) => [
        component,
        version || '-',
        engine,
        synced,
        healthy,
        probed,
        message || '-',
      ]),
    ]),
  );
  return ready ? EXIT.done : EXIT.unhealthy;
}
