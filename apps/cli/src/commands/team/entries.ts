import { type Entry, tokenFile } from '../../entry.ts';

/** Commands on a team. */
export const teamEntries: Entry[] = [
  {
    path: ['team', 'list'],
    summary: 'the teams of the platform, and who is in each',
    options: [tokenFile],
    examples: ['slipway team list', 'slipway team list -o json'],
    load: () => import('./list.ts'),
  },
  {
    path: ['team', 'show'],
    summary: 'a team’s members, services and rights',
    arguments: '<name>',
    options: [tokenFile],
    examples: ['slipway team show default'],
    load: () => import('./show.ts'),
  },
];
