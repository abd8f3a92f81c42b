import type { Client } from '@slipway/client';
import { listRevisions } from '@slipway/definition';
import { clusterSelection, withCluster } from '../cluster/with-cluster.ts';
import { connect } from '../connection.ts';
import type { GlobalOptions } from '../global-options.ts';
import { columns, EXIT, print } from '../output.ts';

/** Every definition that was applied, newest first. */
export async function run(options: GlobalOptions & { file?: string }): Promise<number> {
  const onCluster = await clusterSelection(options.file);
  if (!onCluster) return printRevisions((await connect(options)).client, options);
  return withCluster(onCluster.selection, onCluster.file, ({ client }) => printRevisions(client, options));
}

async function printRevisions(client: Client, options: GlobalOptions): Promise<number> {
  const revisions = (await listRevisions(client)).toReversed();
  print(options.output, revisions, () =>
    columns([
      ['REVISION', 'TIME', 'ACTOR', 'CAUSE', 'BLUEPRINT'],
      ...revisions.map(({ revision, time, actor, cause, document }) => [
        String(revision),
        time,
        actor,
        cause,
        document.spec?.blueprint ?? '-',
      ]),
    ]),
  );
  return EXIT.done;
}
