import { Option } from 'commander';
import { type Entry, team, tokenFile } from '../../entry.ts';

const reason = new Option('--reason <text>', 'why; everybody who sees the promotion reads it');

/** Commands on a promotion. */
export const promotionEntries: Entry[] = [
  {
    path: ['promotion', 'list'],
    summary: 'promotions of a team, newest first',
    options: [
      new Option('--service <name>', 'of one service'),
      new Option('--open', 'only those that have not ended'),
      team,
      tokenFile,
    ],
    examples: ['slipway promotion list --open', 'slipway promotion list --service shop -o json'],
    load: () => import('./list.ts'),
  },
  {
    path: ['promotion', 'show'],
    summary: 'what a promotion changes, what it waits for, who decided what',
    arguments: '<name>',
    options: [team, tokenFile],
    examples: ['slipway promotion show shop-prod-mi8x2k'],
    load: () => import('./show.ts'),
  },
  {
    path: ['promotion', 'approve'],
    summary: 'say yes to a promotion, as it is now',
    arguments: '<name>',
    options: [reason, team, tokenFile],
    examples: ['slipway promotion approve shop-prod-mi8x2k --reason "tried it in dev"'],
    load: () => import('./approve.ts'),
  },
  {
    path: ['promotion', 'reject'],
    summary: 'say no to a promotion; who promotes takes it back so',
    arguments: '<name>',
    options: [reason, team, tokenFile],
    examples: ['slipway promotion reject shop-prod-mi8x2k --reason "not on a Friday"'],
    load: () => import('./reject.ts'),
  },
];
