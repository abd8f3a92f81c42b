// `slipway render` as a script by itself: what it loads is what it needs, for people hold it against native programs.
import { commandLineOf } from './command.ts';
import { renderEntries } from './commands/render-entries.ts';
import { runCommandLine } from './run-command-line.ts';

export async function run(): Promise<void> {
  await runCommandLine(commandLineOf(renderEntries, renderEntries));
}
