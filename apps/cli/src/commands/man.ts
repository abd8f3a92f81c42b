import type { CommandLine } from '../entry.ts';
import { manualPage } from '../manual.ts';
import { EXIT } from '../output.ts';

/** Prints the manual page made of the commands themselves. */
export async function run(_options: unknown, _args: string[], all: CommandLine): Promise<number> {
  process.stdout.write(manualPage(all));
  return EXIT.done;
}
