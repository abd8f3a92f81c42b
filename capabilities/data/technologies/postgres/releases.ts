import type { Upstream } from '@slipway/definition';

/** Databases and poolers that name no image run these: they stand in the operator's own code (`pkg/versions`). */
const STARTED = {
  images: ['ghcr.io/cloudnative-pg/postgresql:18.4-system-trixie', 'ghcr.io/cloudnative-pg/pgbouncer:1.25.1'],
};

/** What can be installed, newest first; `npm run pin` looks the commits and digests up. */
export const releases: Upstream['releases'] = [
  {
    version: '1.30.0',
    ...STARTED,
    form: 'manifests',
    parts: [
      {
        at: '',
        git: {
          repository: 'https://github.com/cloudnative-pg/cloudnative-pg',
          revision: 'v1.30.0',
          commit: '4b5e244a7d031f67e025c83c1555e7726ecbbfa1',
          path: 'releases/cnpg-1.30.0.yaml',
        },
      },
    ],
    digest: 'sha256:6f7c2e77913603e7a2cf5f391a2132148569753b22b72043040a5bef544559bb',
    breaking: [
      'Databases’ pods are rolled one after another to the operator’s new instance manager, with a switchover each.',
      'DatabaseRole comes; going back takes its objects away.',
    ],
  },
  {
    version: '1.29.2',
    ...STARTED,
    form: 'manifests',
    parts: [
      {
        at: '',
        git: {
          repository: 'https://github.com/cloudnative-pg/cloudnative-pg',
          revision: 'v1.29.2',
          commit: '94ee3117858765c77d0dbfde381a037944a48a64',
          path: 'releases/cnpg-1.29.2.yaml',
        },
      },
    ],
    digest: 'sha256:09566a268475164579653b17f0f206dd3444d97991607a8f94c990aa1a3515e7',
  },
];
