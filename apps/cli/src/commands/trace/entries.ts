import { type Entry, team } from '../../entry.ts';

/** From what runs back to who wanted it. */
export const traceEntries: Entry[] = [
  {
    path: ['trace'],
    summary:
      'from a pod, a service or an image back to the commit, the run and the people; 3 when a link is bad',
    arguments: '<pod|service|image>',
    options: [team],
    examples: [
      'slipway trace shop',
      'slipway trace default-dev/shop-7c9f8d-x2x9p',
      'slipway trace registry.slipway.internal/default/shop@sha256:3f2a… -o json',
    ],
    load: () => import('./trace.ts'),
  },
];
