import { Option } from 'commander';
import { type Entry, positive } from '../../entry.ts';

/** Commands on a token. */
export const tokenEntries: Entry[] = [
  {
    path: ['token', 'create'],
    summary: 'make a token for scripts; it is shown once',
    options: [
      new Option('--user <name>', 'who it acts as').default('admin'),
      new Option('--description <text>', 'what it is for').default(''),
      new Option('--days <days>', 'how long it lives').default(30).argParser(positive),
    ],
    examples: ['slipway token create --description "nightly job" --days 7'],
    load: () => import('./create.ts'),
  },
];
