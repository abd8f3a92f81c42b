import { keyOf, keyText } from '@slipway/api';
import type { Client } from '@slipway/client';
import { applyObjects, type Plan, plan, type Selection, staleObjects } from '@slipway/definition';
import { planOnCluster } from '../cluster/plan.ts';
import { withCluster } from '../cluster/with-cluster.ts';
import type { Connection } from '../connection.ts';
import { selectFile, selectStored } from '../definition-source.ts';
import type { GlobalOptions } from '../global-options.ts';
import { columns, EXIT, print, say } from '../output.ts';
import { definitionPackages, planPackages } from '../package/definition-packages.ts';
import { changesText } from '../package/package-text.ts';
import { connectionOf } from '../package/sources.ts';

interface Options extends GlobalOptions {
  file?: string;
}

/** Components in order and why, and what the running platform would get. Changes nothing. */
export async function run(options: Options): Promise<number> {
  const given = options.file === undefined ? undefined : await selectFile(options.file, options);
  if (given?.ground === 'kubernetes')
    return withCluster(given, options.file ?? '', async cluster => {
      const code = await planOnCluster(cluster, options.output);
      const { client } = cluster;
      for (const { text } of await packageRows(given, options.file ?? '', { client })) say(text);
      return code;
    });
  const connection = await connectionOf(options);
  const client = connection?.client;
  const wanted = plan(given ?? (await selectStored(client)));
  const changes = client ? await changesOf(client, wanted) : undefined;
  const rows = wanted.components.map(({ technology, capabilities, engine }) => ({
    technology: technology.id,
    engine,
    capabilities,
    after: technology.requires,
  }));
  const packages = given ? await packageRows(given, options.file ?? '', { client, connection }) : [];
  print(options.output, { components: rows, changes: changes ?? null, packages }, () =>
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
      platformChangesText(changes),
      ...packages.map(each => each.text),
    ].join('\n'),
  );
  return EXIT.done;
}

/** The definition's packages in order, and what they would change where a platform is. */
async function packageRows(
  selection: Selection,
  file: string,
  { client, connection }: { client: Client | undefined; connection?: Connection | undefined },
) {
  const packages = await definitionPackages(selection, file, { client, connection });
  const { reports, gone } = client ? await planPackages(client, packages) : { reports: [], gone: [] };
  const rows = packages.installs.map(({ name, spec: { version, digest, pinned }, objects }) => {
    const { changes, unknown } = reports.find(each => each.name === name) ?? {};
    const isKnown = changes !== undefined && unknown === undefined;
    const count = `package ${name} ${version}: ${objects.length} objects`;
    const text = isKnown ? changesText(name, version, changes) : [count, unknown].filter(Boolean).join('; ');
    return { name, version, digest, source: pinned, changes: isKnown ? changes : null, text };
  });
  return [...rows, ...gone.map(name => ({ name, changes: null, text: `package ${name}: would go` }))];
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

function platformChangesText(changes: PlannedChange[] | undefined): string {
  if (!changes) return 'no platform runs with this data folder: slipway up makes all of it';
  if (changes.length === 0) return 'the running platform is as the definition says: nothing would change';
  return ['would change:', ...changes.map(({ object, result }) => `  ${result.padEnd(8)} ${object}`)].join(
    '\n',
  );
}
