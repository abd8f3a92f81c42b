import { Command, Option } from 'commander';
import about from '../package.json' with { type: 'json' };
import type { CommandLine, Entry } from './entry.ts';
import { prepareOutput, say, write } from './output.ts';

/** A command line of these commands; `entries` are all there are, as completion and the manual see them. */
export function commandLineOf(given: Entry[], entries: Entry[]): CommandLine {
  const root = new Command('slipway')
    .description(
      'One definition makes the chosen open-source tools one coherent internal developer platform.',
    )
    .version(about.version)
    .exitOverride()
    .configureOutput({ writeOut: write, writeErr: text => say(text.replace(/\n$/, '')) });
  const all = { root, entries };
  for (const entry of given) add(all, entry);
  return all;
}

function add(all: CommandLine, entry: Entry): void {
  const [name = '', ...rest] = [...entry.path].reverse();
  const parent = rest.reverse().reduce((above, noun) => nounOf(above, noun), all.root);
  const command = parent
    .command(entry.arguments ? `${name} ${entry.arguments}` : name)
    .summary(entry.summary);
  command.description(entry.summary).exitOverride();
  for (const option of entry.options ?? []) command.addOption(option);
  command.addOption(
    new Option('-o, --output <format>', 'how to print').choices(['table', 'json', 'yaml']).default('table'),
  );
  command.option('--data <folder>', 'data folder of the platform (default: per user)');
  command.option('--platform <name>', 'a platform of this machine by its name, instead of its data folder');
  command.addHelpText('after', `\nExamples:\n${entry.examples.map(example => `  ${example}`).join('\n')}`);
  command.action(async () => {
    const [{ run }] = await Promise.all([entry.load(), prepareOutput(command.opts().output)]);
    process.exitCode = await run((await optionsOf(command, entry)) as never, command.args, all);
  });
}

/** A platform's name is a word for its data folder: commands know the folder only. */
async function optionsOf(command: Command, { makesPlatform }: Entry): Promise<object> {
  const options = command.opts();
  if (options.platform === undefined) return options;
  const { dataOption } = await import('./named-platform.ts');
  return { ...options, data: dataOption(options, { makes: makesPlatform === true }) };
}

function nounOf(above: Command, noun: string): Command {
  const known = above.commands.find(command => command.name() === noun);
  return known ?? above.command(noun).description(`commands on a ${noun}`).exitOverride();
}
