import type { Upstream } from '@slipway/definition';
import { manifests } from './manifests.ts';

/** Pinned by `npm run pin -- spinnaker --write`. */
export const releases: Upstream['releases'] = [
  {
    version: '2026.4.0',
    form: 'manifests',
    parts: [{ at: '', files: { 'spinnaker.json': manifests('2026.4.0') } }],
    digest: 'sha256:4fa93d0490fa7c5fae1be45b28469558155fb398998469562737433c739def6c',
    breaking: [
      'Hooks and post-renderers in helmfiles are refused when they are baked, unless `allow-hooks-and-post-renderers` is set.',
      'The namespaces that an account allows hold for operations that name none, too.',
      'Its database is migrated at the first start: to go back, restore the backup that `upgrade` made.',
    ],
  },
  {
    version: '2026.2.4',
    form: 'manifests',
    parts: [{ at: '', files: { 'spinnaker.json': manifests('2026.2.4') } }],
    digest: 'sha256:ce04b89a53da23731dec4086e2bc188f6fe1541e11cf01c5f38da1f66e33377a',
  },
];
