import { Option } from 'commander';
import { type Entry, positive, team } from '../../entry.ts';
import { CommandError, EXIT } from '../../output.ts';

/** @throws CommandError for anything but a whole number */
function wholeNumber(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value)) return value;
  throw new CommandError(`${JSON.stringify(text)}: a whole number is allowed`, { exitCode: EXIT.usage });
}

/** Commands on packages in idpbuilder's form. */
export const packageEntries: Entry[] = [
  {
    path: ['package', 'add'],
    summary: 'bring packages of Argo CD Applications, also with cnoe:// sources, or bring them up to date',
    arguments: '<folder-or-file...>',
    options: [
      new Option(
        '--priority <number>',
        'of equal Applications the highest counts; each further package has one more',
      )
        .default(0)
        .argParser(wholeNumber),
      new Option('--wait', 'return when all are synced and healthy; exit code 3 when they are not in time'),
      new Option('--timeout <seconds>', 'how long to wait').default(300).argParser(positive),
      team,
    ],
    examples: ['slipway package add ./ref-implementation', 'slipway package add ./base ./overrides --wait'],
    load: () => import('./add.ts'),
  },
  {
    path: ['package', 'list'],
    summary: 'what packages brought, from where, and how it is',
    examples: ['slipway package list', 'slipway package list -o json'],
    load: () => import('./list.ts'),
  },
  {
    path: ['package', 'remove'],
    summary: 'take away the Applications of packages; their repositories stay',
    arguments: '<folder-or-file...>',
    examples: ['slipway package remove ./ref-implementation'],
    load: () => import('./remove.ts'),
  },
];
