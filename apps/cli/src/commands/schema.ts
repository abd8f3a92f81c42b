import { publishedSchema } from '@slipway/definition';
import { catalogue } from '@slipway/platform';
import { EXIT } from '../output.ts';

/** Prints the JSON Schema that editors complete platform.yaml from. */
export async function run(): Promise<number> {
  process.stdout.write(`${JSON.stringify(publishedSchema(catalogue()), undefined, 2)}\n`);
  return EXIT.done;
}
