import type { Until } from '@slipway/cluster';
import { reportApplied } from '../applied-text.ts';
import { applyDefinition } from '../apply-definition.ts';
import { applyToCluster, reportCluster } from '../cluster/apply-definition.ts';
import { checkCluster } from '../cluster/check-cluster.ts';
import { withCluster } from '../cluster/with-cluster.ts';
import { connect } from '../connection.ts';
import { selectFile } from '../definition-source.ts';
import type { GlobalOptions } from '../global-options.ts';
import { say } from '../output.ts';
import { applyPackages, definitionPackages } from '../package/definition-packages.ts';

interface Options extends GlobalOptions {
  file: string;
  timeout: number;
  until: Until;
  adopt: string[];
}

/** Applies a definition: to the cluster it names, or to the running platform, where what needs a start is kept for it. */
export async function run({ file, timeout, until, adopt, ...options }: Options): Promise<number> {
  const selection = await selectFile(file, options);
  if (selection.ground === 'kubernetes') {
    const how = { until, timeoutMs: timeout * 1000, cause: 'slipway apply' };
    return withCluster(selection, file, async cluster => {
      const packages = await definitionPackages(selection, file, { client: cluster.client });
      const plan = await cluster.plan();
      await checkCluster(cluster, plan, { adopt });
      const applied = await applyToCluster(cluster, plan, how);
      if (!applied.failed) await applyPackages({ client: cluster.client }, packages, say);
      return reportCluster(options.output, applied);
    });
  }
  const how = { cause: 'slipway apply', timeoutMs: timeout * 1000 };
  const connection = await connect(options);
  const packages = await definitionPackages(selection, file, { connection });
  const applied = await applyDefinition(connection, selection, how);
  await applyPackages({ client: connection.client, connection }, packages, say);
  return reportApplied(options.output, applied);
}
