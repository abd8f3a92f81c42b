import type { Upstream } from '@slipway/definition';
import { manifests } from './manifests.ts';

/** Pinned by `npm run pin -- slipway-portal --write`. */
export const releases: Upstream['releases'] = [
  {
    version: '0.1.0',
    form: 'manifests',
    parts: [{ at: '', files: { 'slipway-portal.yaml': manifests() } }],
    digest: 'sha256:2f6ade59abdd98a233c1176339808eb99677a1bfe1ed6bee9af2b16440eaff47',
    // Mutating admission policies write down who made what.
    kubernetes: '>=1.36',
  },
];
