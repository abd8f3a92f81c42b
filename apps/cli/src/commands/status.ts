import { Component } from '@slipway/kinds';
import { statusOfCluster } from '../cluster/status.ts';
import { clusterSelection, withCluster } from '../cluster/with-cluster.ts';
import { connect } from '../connection.ts';
import type { GlobalOptions } from '../global-options.ts';
import { columns, EXIT, mark, print } from '../output.ts';

/** Each component as the platform's last probe found it. */
export async function run(options: GlobalOptions & { file?: string }): Promise<number> {
  const onCluster = await clusterSelection(options.file);
  if (onCluster)
    return withCluster(onCluster.selection, onCluster.file, cluster =>
      statusOfCluster(cluster, options.output),
    );
  const { client, platform } = await connect(options);
  const { items } = await client.list(Component);
  const components = items.flatMap(item =>
    (item.status?.probes ?? []).map(probe => ({
      capability: probe.capability,
      technology: item.metadata.name,
      engine: item.spec.engine,
      healthy: probe.healthy,
      probe: probe.message,
      time: probe.time,
    })),
  );
  const ready = components.length > 0 && components.every(component => component.healthy);
  print(options.output, { ready, ...platform, components }, () =>
    [
      columns([
        ['CAPABILITY', 'TECHNOLOGY', 'ENGINE', 'STATE', 'PROBE'],
        ...components.map(each => [
          each.capability,
          each.technology,
          each.engine,
          mark(each.healthy),
          each.probe,
        ]),
      ]),
      '',
      `portal ${platform.portal}   pods ${platform.driver}   pid ${platform.pid}`,
    ].join('\n'),
  );
  return ready ? EXIT.done : EXIT.unhealthy;
}
