import { diffPlan, plan } from '@slipway/definition';
import { diffOnCluster } from '../cluster/plan.ts';
import { withCluster } from '../cluster/with-cluster.ts';
import { connect } from '../connection.ts';
import { selectFile, selectStored } from '../definition-source.ts';
import { differencesText } from '../differences-text.ts';
import type { GlobalOptions } from '../global-options.ts';
import { EXIT, print } from '../output.ts';

interface Options extends GlobalOptions {
  file?: string;
}

/** Field by field what the running platform has otherwise. Changes nothing. Ends with 0 when it is the same, else 3. */
export async function run(options: Options): Promise<number> {
  const given = options.file === undefined ? undefined : await selectFile(options.file, options);
  if (given?.ground === 'kubernetes')
    return withCluster(given, options.file ?? '', cluster => diffOnCluster(cluster, options.output));
  const { client } = await connect(options);
  const found = await diffPlan(client, plan(given ?? (await selectStored(client))));
  const rows = found.map(({ kind, name, result, fields }) => ({ kind, name, result, fields }));
  print(options.output, { differences: rows }, () =>
    found.length === 0 ? 'the running platform is as the definition says' : differencesText(found),
  );
  return found.length === 0 ? EXIT.done : EXIT.unhealthy;
}
