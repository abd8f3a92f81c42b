import { Command, Option } from 'commander';
import { auditEntries } from './commands/audit/entries.ts';
import { capabilityEntries } from './commands/capability/entries.ts';
import { platformEntries } from './commands/entries.ts';
import { serviceEntries } from './commands/service/entries.ts';
import { tokenEntries } from './commands/token/entries.ts';
import type { Entry } from './entry.ts';

/** Every command there is. */
const ENTRIES: Entry[] = [
  ...platformEntries,
  ...tokenEntries,
  ...auditEntries,
  ...serviceEntries,
  ...capabilityEntries,
];

/** The whole command line; shell completion is made of it, too. */
export function program(): Command {
  const root = new Command('slipway')
    .description(
      'One definition makes the chosen open-source tools one coherent internal developer platform.',
    )
    .exitOverride()
    .configureOutput({ writeErr: text => process.stderr.write(text) });
  for (const entry of ENTRIES) add(root, entry);
  return root;
}

function add(root: Command, entry: Entry): void {
  const [name = '', ...rest] = [...entry.path].reverse();
  const parent = rest.reverse().reduce((above, noun) => nounOf(above, noun), root);
  const command = parent
    .command(entry.arguments ? `${name} ${entry.arguments}` : name)
    .summary(entry.summary);
  command.description(entry.summary).exitOverride();
  for (const option of entry.options ?? []) command.addOption(option);
  command.addOption(
    new Option('-o, --output <format>', 'how to print').choices(['table', 'json', 'yaml']).default('table'),
  );
  command.option('--data <folder>', 'data folder of the platform (default: per user)');
  command.addHelpText('after', `\nExamples:\n${entry.examples.map(example => `  ${example}`).join('\n')}`);
  command.action(async () => {
    const { run } = await entry.load();
    process.exitCode = await run(command.opts() as never, command.args, { root, entries: ENTRIES });
  });
}

function nounOf(above: Command, noun: string): Command {
  const known = above.commands.find(command => command.name() === noun);
  return known ?? above.command(noun).description(`commands on a ${noun}`).exitOverride();
}
