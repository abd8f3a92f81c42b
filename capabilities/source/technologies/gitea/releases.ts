import type { Upstream } from '@slipway/definition';
import { manifests } from './manifests.ts';

/** Pinned by `npm run pin -- gitea --write`. */
export const releases: Upstream['releases'] = [
  {
    version: '1.27.3',
    form: 'manifests',
    parts: [{ at: '', files: { 'gitea.json': manifests('1.27.3') } }],
    digest: 'sha256:b03582e1dae6ca5b06a1b87824748275e0513ec346003d5bb77be220b8dd0321',
    breaking: [
      'Its database is migrated at the first start: to go back, restore the backup that `upgrade` made.',
    ],
  },
  {
    version: '1.26.0',
    form: 'manifests',
    parts: [{ at: '', files: { 'gitea.json': manifests('1.26.0') } }],
    digest: 'sha256:936c25acde76032ee943afff9a9d8a1033af5a039ac291f6f7eae3dbef54e79a',
  },
];
