import { readFile } from 'node:fs/promises';
import {
  type Applied,
  applyObjects,
  DEFAULT_DOCUMENT,
  DefinitionError,
  parseDefinition,
  plan,
  select,
} from '@slipway/definition';
import { catalogue, readConfig, readRunning } from '@slipway/platform';
import { connect } from '../connection.ts';
import type { GlobalOptions } from '../global-options.ts';
import { columns, EXIT, print } from '../output.ts';

interface Options extends GlobalOptions {
  file?: string;
}

/** Components in order and why, and what the running platform would get. Changes nothing. */
export async function run(options: Options): Promise<number> {
  const located = options.file
    ? parseDefinition(await readFile(options.file, 'utf8'), options.file)
    : { document: DEFAULT_DOCUMENT, error: () => new DefinitionError([]) };
  const { components, objects } = plan(select(located, catalogue()));
  const changes = (await readRunning(readConfig(options.data).data))
    ? (await applyObjects((await connect(options)).client, objects, { dryRun: true })).filter(
        each => each.result !== 'unchanged',
      )
    : undefined;
  const rows = components.map(({ technology, capabilities, engine }) => ({
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

function changesText(changes: Applied[] | undefined): string {
  if (!changes) return 'no platform runs with this data folder: slipway up makes all of it';
  if (changes.length === 0) return 'the running platform is as the definition says: nothing would change';
  return ['would change:', ...changes.map(({ object, result }) => `  ${result.padEnd(8)} ${object}`)].join(
    '\n',
  );
}
