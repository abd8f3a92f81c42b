import { Option } from 'commander';
import { type Entry, team } from '../../entry.ts';

/** Commands on a scorecard. */
export const scorecardEntries: Entry[] = [
  {
    path: ['scorecard', 'list'],
    summary: 'every scorecard, and where each service stands on it',
    examples: ['slipway scorecard list', 'slipway scorecard list -o json'],
    load: () => import('./list.ts'),
  },
  {
    path: ['scorecard', 'show'],
    summary: 'the checks of one service: what was found, and what to do',
    arguments: '<service>',
    examples: ['slipway scorecard show shop'],
    load: () => import('./show.ts'),
  },
  {
    path: ['scorecard', 'exempt'],
    summary: 'free a service from a check until a day, for a reason somebody answers for',
    arguments: '<service>',
    options: [
      new Option('--scorecard <name>', 'which scorecard').default('service-basics'),
      new Option('--check <name>', 'which check').makeOptionMandatory(),
      new Option('--owner <name>', 'who answers for it').makeOptionMandatory(),
      new Option('--reason <text>', 'why').makeOptionMandatory(),
      new Option('--until <day>', 'when it ends').makeOptionMandatory(),
      team,
    ],
    examples: [
      'slipway scorecard exempt shop --check deployed-lately --owner ann --reason "frozen until the sale" --until 2027-01-31',
    ],
    load: () => import('./exempt.ts'),
  },
];
