import type { Entry } from '../../entry.ts';

/** Commands on a policy of pipelines. */
export const policyEntries: Entry[] = [
  {
    path: ['policy', 'list'],
    summary: 'what pipelines must have, whom it governs, and who is excepted until when',
    examples: ['slipway policy list', 'slipway policy list -o json'],
    load: () => import('./list.ts'),
  },
  {
    path: ['policy', 'show'],
    summary: 'one policy: its steps and checks, and each service with what it lacks',
    arguments: '<name>',
    examples: ['slipway policy show tested'],
    load: () => import('./show.ts'),
  },
];
