import type { Entry } from '../../entry.ts';

/** Commands on insights. */
export const insightsEntries: Entry[] = [
  {
    path: ['insights', 'list'],
    summary: "DORA's five measures of every service and environment, of the last 30 days",
    examples: ['slipway insights list', 'slipway insights list -o json'],
    load: () => import('./list.ts'),
  },
  {
    path: ['insights', 'show'],
    summary: "DORA's five measures of one service, with the events they come from",
    arguments: '<service>',
    examples: ['slipway insights show shop'],
    load: () => import('./show.ts'),
  },
];
