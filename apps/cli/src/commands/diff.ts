import { diffPlan, plan, type Selection } from '@slipway/definition';
import { diffOnCluster } from '../cluster/plan.ts';
import { withCluster } from '../cluster/with-cluster.ts';
import { type Connection, connect } from '../connection.ts';
import { selectFile, selectStored } from '../definition-source.ts';
import { differencesText } from '../differences-text.ts';
import type { GlobalOptions } from '../global-options.ts';
import { EXIT, print } from '../output.ts';
import { definitionPackages, planPackages } from '../package/definition-packages.ts';
import { changesText } from '../package/package-text.ts';

interface Options extends GlobalOptions {
  file?: string;
}

/** Field by field what the running platform has otherwise. Changes nothing. Ends with 0 when it is the same, else 3. */
export async function run(options: Options): Promise<number> {
  const given = options.file === undefined ? undefined : await selectFile(options.file, options);
  if (given?.ground === 'kubernetes')
    return withCluster(given, options.file ?? '', cluster => diffOnCluster(cluster, options.output));
  const connection = await connect(options);
  const { client } = connection;
  const found = await diffPlan(client, plan(given ?? (await selectStored(client))));
  const rows = found.map(({ kind, name, result, fields }) => ({ kind, name, result, fields }));
  const packages = given ? await packagesThatDiffer(given, options.file ?? '', connection) : [];
  const isSame = found.length === 0 && packages.length === 0;
  print(options.output, { differences: rows, packages }, () =>
    isSame
      ? 'the running platform is as the definition says'
      : [...(found.length > 0 ? [differencesText(found)] : []), ...packages.map(({ text }) => text)].join(
          '\n',
        ),
  );
  return isSame ? EXIT.done : EXIT.unhealthy;
}

async function packagesThatDiffer(selection: Selection, file: string, connection: Connection) {
  const wanted = await definitionPackages(selection, file, { connection });
  const { reports, gone } = await planPackages(connection.client, wanted);
  const changed = reports.filter(
    ({ changes, unknown }) =>
      unknown !== undefined || changes.some(({ result }) => result !== 'unchanged' && result !== 'kept'),
  );
  return [
    ...changed.map(each => ({
      ...each,
      text: each.unknown ?? changesText(each.name, each.version, each.changes),
    })),
    ...gone.map(name => ({ name, text: `package ${name}: would go` })),
  ];
}
