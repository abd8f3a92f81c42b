import type { Entry } from '../../entry.ts';

/** Commands on the platforms of this machine. */
export const namedPlatformEntries: Entry[] = [
  {
    path: ['platform', 'list'],
    summary: 'the platforms of this user on this machine: which run, where, and which one commands mean',
    examples: ['slipway platform list', 'slipway up --platform second --detach'],
    load: () => import('./list.ts'),
  },
  {
    path: ['platform', 'use'],
    summary: 'make a platform the one that commands mean',
    arguments: '<name>',
    examples: ['slipway platform use second', 'slipway platform use slipway'],
    load: () => import('./use.ts'),
  },
  {
    path: ['platform', 'current'],
    summary: 'the platform that commands mean now, and why',
    examples: ['slipway platform current'],
    load: () => import('./current.ts'),
  },
  {
    path: ['platform', 'forget'],
    summary: 'take a name from the list; the data folder stays',
    arguments: '<name>',
    examples: ['slipway platform forget second'],
    load: () => import('./forget.ts'),
  },
];
