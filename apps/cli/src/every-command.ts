import { commandLine } from './program.ts';
import { runCommandLine } from './run-command-line.ts';
import { endWhenUnwritten } from './unwritten-output.ts';

/** The whole command line, for the words of this process. */
export async function runWords(words: string[]): Promise<void> {
  endWhenUnwritten();
  await runCommandLine(commandLine(words));
}
