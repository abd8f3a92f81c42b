import { keyOf, keyText } from '@slipway/api';
import type { Client } from '@slipway/client';
import { applyObjects, type Plan, plan, staleObjects } from '@slipway/definition';
import { readConfig, readRunning } from '@slipway/platform';
import { planOnCluster } from '../cluster/plan.ts';
import { withCluster } from '../cluster/with-cluster.ts';
import { connect } from '../connection.ts';
import { selectFile, selectStored } from '../definition-source.ts';
import type { GlobalOptions } from '../global-options.ts';
import { columns, EXIT, print } from '../output.ts';

interface Options extends GlobalOptions {
  file?: string;
}

/** Components in order and why, and what the running platform would get. Changes nothing. */
export async function run(options: Options): Promise<number> {
  const given = options.file === undefined ? undefined : await selectFile(options.file);
  if (given?.ground === 'kubernetes')
    return withCluster(given, options.file ?? '', cluster => planOnCluster(cluster, options.output));
  const running = await readRunning(readConfig(options.data).data);
  const client = running ? (await connect(options)).client : undefined;
  const wanted = plan(given ?? (await selectStored(client)));
  const changes = client ? await changesOf(client, wanted) : undefined;
  const rows = wanted.components.map(({ technology, capabilities, engine }) => ({
    technology: technology.id,
    engine,
    capabilities,
    after: technology.requires,
  }));
  print(options.output, { components: rows, changes: changes ?? null }, () =>
    [
      columns([
        ['ORDER', 'TECHNOLOGY', 'ENGINE', 'CAPABILITIES', 'NEEDS'],
        ...rows.map((row, index) => [
          String(index + 1),
          row.technology,
          row.engine,
          row.capabilities.join(', '),
          row.after.join(', ') || '-',
        ]),
      ]),
      '',
      changesText(changes),
    ].join('\n'),
  );
  return EXIT.done;
}

interface PlannedChange {
  object: string;
  result: 'created' | 'changed' | 'deleted';
}

async function changesOf(client: Client, wanted: Plan): Promise<PlannedChange[]> {
  const applied = await applyObjects(client, wanted.objects, { dryRun: true });
  const stale = await staleObjects(client, wanted);
  return [
    ...applied.flatMap(({ object, result }) => (result === 'unchanged' ? [] : [{ object, result }])),
    ...stale.map(object => ({
      object: `${object.kind} ${keyText(keyOf(object))}`,
      result: 'deleted' as const,
    })),
  ];
}

function changesText(changes: PlannedChange[] | undefined): string {
  if (!changes) return 'no platform runs with this data folder: slipway up makes all of it';
  if (changes.length === 0) return 'the running platform is as the definition says: nothing would change';
  return ['would change:', ...changes.map(({ object, result }) => `  ${result.padEnd(8)} ${object}`)].join(
    '\n',
  );
}
