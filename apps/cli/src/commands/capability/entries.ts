import type { Entry } from '../../entry.ts';

/** Commands on a capability. */
export const capabilityEntries: Entry[] = [
  {
    path: ['capability', 'list'],
    summary: 'the map: what a platform can do, with what',
    examples: ['slipway capability list'],
    load: () => import('./list.ts'),
  },
  {
    path: ['capability', 'show'],
    summary: 'guidance on the technologies of one capability',
    arguments: '<id>',
    examples: ['slipway capability show ingress'],
    load: () => import('./show.ts'),
  },
];
