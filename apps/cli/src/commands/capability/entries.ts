import type { Entry } from '../../entry.ts';

/** Commands on a capability. */
export const capabilityEntries: Entry[] = [
  {
    path: ['capability', 'list'],
    summary: 'the map: what is chosen for each capability, how it is, and what else there is',
    examples: ['slipway capability list'],
    load: () => import('./list.ts'),
  },
  {
    path: ['capability', 'show'],
    summary: 'one capability: what is chosen for it, and guidance on each technology',
    arguments: '<id>',
    examples: ['slipway capability show ingress'],
    load: () => import('./show.ts'),
  },
  {
    path: ['capability', 'guidance'],
    summary: 'when to choose a technology and when not, its licence, what leaving it costs',
    arguments: '<technology>',
    examples: ['slipway capability guidance flux', 'slipway capability guidance vault -o yaml'],
    load: () => import('./guidance.ts'),
  },
];
