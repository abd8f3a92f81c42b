import type { Entry } from '../../entry.ts';

/** Commands on the keys that sign images. */
export const signingEntries: Entry[] = [
  {
    path: ['signing', 'keys'],
    summary: 'the keys whose signatures count, the one that signs first',
    examples: ['slipway signing keys', 'slipway signing keys -o json'],
    load: () => import('./keys.ts'),
  },
  {
    path: ['signing', 'rotate'],
    summary: 'sign with a new key from now on; what older ones signed goes on verifying',
    examples: ['slipway signing rotate', 'kubectl delete signingkey first   # takes back all that it signed'],
    load: () => import('./rotate.ts'),
  },
];
