import { PLATFORM_SCHEMA } from '@slipway/definition';
import { EXIT } from '../output.ts';

/** Prints the JSON Schema that editors complete platform.yaml from. */
export async function run(): Promise<number> {
  process.stdout.write(`${JSON.stringify(PLATFORM_SCHEMA, undefined, 2)}\n`);
  return EXIT.done;
}
