import { readFile, writeFile } from 'node:fs/promises';
import { blueprintOf, newDefinition, parseDefinition, publishedSchema, select } from '@slipway/definition';
import { catalogue } from '@slipway/platform';
import type { GlobalOptions } from '../global-options.ts';
import { CommandError, EXIT, print } from '../output.ts';

interface Options extends GlobalOptions {
  blueprint: string;
  name: string;
}

const FILE = 'platform.yaml';
const SCHEMA = 'platform.schema.json';

/** Writes platform.yaml, and beside it the schema that editors complete it from. Never overwrites a definition. */
export async function run({ output, blueprint, name }: Options): Promise<number> {
  const all = catalogue();
  if (!blueprintOf(all, blueprint)) {
    const known = all.blueprints.map(({ id }) => id).join(', ');
    throw new CommandError(`blueprint ${JSON.stringify(blueprint)}: not known; there are ${known}`, {
      exitCode: EXIT.usage,
    });
  }
  const text = newDefinition({ name, blueprint, schema: `./${SCHEMA}` }, all);
  select(parseDefinition(text, FILE), all);
  const schema = publishedSchema(all);
  await refuseForeign(SCHEMA, String(schema.title));
  await writeFile(FILE, text, { flag: 'wx' }).catch(refuseExisting);
  await writeFile(SCHEMA, `${JSON.stringify(schema, undefined, 2)}\n`);
  print(
    output,
    { file: FILE, schema: SCHEMA, name, blueprint },
    () => `wrote ${FILE} (blueprint ${blueprint}) and ${SCHEMA}, from which editors complete it
next: slipway plan -f ${FILE}, then slipway up -f ${FILE}`,
  );
  return EXIT.done;
}

function refuseExisting(error: NodeJS.ErrnoException): never {
  if (error.code !== 'EEXIST') throw error;
  throw new CommandError(`${FILE}: is there already and stays as it is`, {
    next: 'slipway init in another folder, or move the file away',
  });
}

/** A schema of an older version is replaced; a file of that name that is something else is not. */
async function refuseForeign(file: string, title: string): Promise<void> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined || text.includes(JSON.stringify(title))) return;
  throw new CommandError(`${file}: is there already and is not Slipway's schema`, {
    next: 'slipway init in another folder, or move the file away',
  });
}
