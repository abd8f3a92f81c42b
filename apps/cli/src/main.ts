import { enableCompileCache } from 'node:module';
import { join } from 'node:path';

// What was compiled once is kept beside the bundle (where that can be written): half of a short command's time.
if (import.meta.filename.endsWith('.mjs')) enableCompileCache(join(import.meta.dirname, 'compiled'));

const { messageOf } = await import('@slipway/api');
const { CommanderError } = await import('commander');
const { CommandError, EXIT, say } = await import('./output.ts');

async function main(): Promise<void> {
  try {
    const { commandLine } = await import('./program.ts');
    await commandLine(process.argv.slice(2)).root.parseAsync(process.argv);
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

await main();
