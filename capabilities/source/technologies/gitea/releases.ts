import type { Upstream } from '@slipway/definition';
import { manifests } from './manifests.ts';

/** Pinned by `npm run pin -- gitea --write`. */
export const releases: Upstream['releases'] = [
  {
    version: '1.27.3',
    form: 'manifests',
    parts: [{ at: '', files: { 'gitea.json': manifests('1.27.3') } }],
    digest: 'sha256:eb7cac8ebee6c8f4110f8a3c596b0b1d1d4deaeac4e3d2d0d241b495cf21eb29',
    breaking: [
      'Its database is migrated at the first start: to go back, restore the backup that `upgrade` made.',
    ],
  },
  {
    version: '1.26.0',
    form: 'manifests',
    parts: [{ at: '', files: { 'gitea.json': manifests('1.26.0') } }],
    digest: 'sha256:27e52af455a63d1f3ead3b4f847922bc0ac509d932e55a5663a3b3edbce6e182',
  },
];
