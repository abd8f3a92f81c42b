import { messageOf } from '@slipway/api';
import { CommanderError } from 'commander';
import type { CommandLine } from './entry.ts';
import { CommandError, EXIT, say } from './output.ts';

/** Does what the words of this process say, and sets its exit code. */
export async function runCommandLine({ root }: CommandLine): Promise<void> {
  try {
    await root.parseAsync(process.argv);
  } catch (error) {
    process.exitCode = await explain(error);
    // Something that could not be closed must not keep the terminal.
    setTimeout(() => process.exit(), 2_000).unref();
  }
}

async function explain(error: unknown): Promise<number> {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
  const { readConfig } = await import('@slipway/platform/config');
  if (readConfig().debug && error instanceof Error) say(error.stack ?? '');
  say(`slipway: ${messageOf(error)}`);
  if (error instanceof CommandError && error.next) say(`next: ${error.next}`);
  return error instanceof CommandError ? error.exitCode : EXIT.failed;
}
