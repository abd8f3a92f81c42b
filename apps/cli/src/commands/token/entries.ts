import { Option } from 'commander';
import { collect, type Entry, positive } from '../../entry.ts';

/** Commands on a token. */
export const tokenEntries: Entry[] = [
  {
    path: ['token', 'create'],
    summary: 'make a token for scripts; it is shown once',
    options: [
      new Option('--user <name>', 'who it acts as; default: who signed in here, else admin'),
      new Option('--description <text>', 'what it is for').default(''),
      new Option('--days <days>', 'how long it lives').default(30).argParser(positive),
      new Option('--scope <scope>', 'what it is limited to; may be given often; default: nothing')
        .argParser(collect)
        .default([]),
    ],
    examples: [
      'slipway token create --description "nightly job" --days 7',
      'slipway token create --description "clones" --scope read:repository',
    ],
    load: () => import('./create.ts'),
  },
  {
    path: ['token', 'list'],
    summary: 'tokens there are, when each was last used and when it ends',
    options: [new Option('--user <name>', 'only of this user')],
    examples: ['slipway token list', 'slipway token list --user ann -o json'],
    load: () => import('./list.ts'),
  },
  {
    path: ['token', 'revoke'],
    summary: 'end tokens at once',
    arguments: '<name...>',
    examples: ['slipway token revoke 3f9c2d81a07be654'],
    load: () => import('./revoke.ts'),
  },
];
