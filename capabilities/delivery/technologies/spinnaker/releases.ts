import type { Upstream } from '@slipway/definition';
import { manifests } from './manifests.ts';

/** Pinned by `npm run pin -- spinnaker --write`. */
export const releases: Upstream['releases'] = [
  {
    version: '2026.4.0',
    form: 'manifests',
    parts: [{ at: '', files: { 'spinnaker.json': manifests('2026.4.0') } }],
    digest: 'sha256:00ee2994973a3eeaa05004c5a4806940ce9f9cac72e67b2330a3edd10c8130d6',
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
    digest: 'sha256:c8f0c7cf21d906569d1f551564eb3acea9451b1431f52b556c332068d29cb1eb',
  },
];
