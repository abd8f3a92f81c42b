import type { Entry } from '../../entry.ts';

/** Commands on what guards the platform. */
export const securityEntries: Entry[] = [
  {
    path: ['security', 'report'],
    summary: 'each secure default, verified just now; ends with 3 when one is not as it should be',
    examples: ['slipway security report', 'slipway security report -o json'],
    load: () => import('./report.ts'),
  },
];
