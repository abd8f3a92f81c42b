import { messageOf } from '@slipway/api';
import { CommanderError } from 'commander';
import { CommandError, EXIT, say } from './output.ts';
import { commandLine } from './program.ts';

async function main(): Promise<void> {
  try {
    await commandLine().root.parseAsync(process.argv);
  } catch (error) {
    process.exitCode = await explain(error);
    // Something that could not be closed must not keep the terminal.
    setTimeout(() => process.exit(), 2_000).unref();
  }
}

async function explain(error: unknown): Promise<number> {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
  const { readConfig } = await import('@slipway/platform');
  if (readConfig().debug && error instanceof Error) say(error.stack ?? '');
  say(`slipway: ${messageOf(error)}`);
  if (error instanceof CommandError && error.next) say(`next: ${error.next}`);
  return error instanceof CommandError ? error.exitCode : EXIT.failed;
}

await main();
