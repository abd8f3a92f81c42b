import { type Command, Option } from 'commander';
import { CommandError, EXIT } from './output.ts';

/** A command's own part: what it is called, what it takes, what it does. The module is loaded only when it runs. */
export interface Entry {
  path: string[];
  summary: string;
  arguments?: string;
  options?: Option[];
  examples: string[];
  /** With `--platform` it may name one that is not there yet. */
  makesPlatform?: true;
  load: () => Promise<{ run: (options: never, args: string[], all: CommandLine) => Promise<number> }>;
}

/** Everything there is, for completion and the manual. */
export interface CommandLine {
  root: Command;
  entries: Entry[];
}

/** Options that many commands have. */
export const team = new Option('--team <team>', 'whose service it is').default('default');
export const wait = [
  new Option('--wait', 'return when the first environment answers at its URL'),
  new Option('--timeout <seconds>', 'how long to wait').default(300).argParser(positive),
];

/** For what counts by who does it. */
export const tokenFile = new Option(
  '--token-file <file>',
  'act as whoever the token in this file belongs to; default: who signed in here, else local-admin',
);

/** @throws CommandError for anything but 0 to 65535 */
export function portNumber(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 0 && value <= 65535) return value;
  throw new CommandError(`port ${JSON.stringify(text)}: a number from 0 to 65535 is allowed`, {
    exitCode: EXIT.usage,
  });
}

/** @throws CommandError for anything but a number above 0 */
export function positive(text: string): number {
  const value = Number(text);
  if (value > 0 && Number.isFinite(value)) return value;
  throw new CommandError(`${JSON.stringify(text)}: a number above 0 is allowed`, { exitCode: EXIT.usage });
}

/** An option that may be given often: all its values, in order. */
export function collect(text: string, before: string[]): string[] {
  return [...before, text];
}
