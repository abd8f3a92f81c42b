import type { Upstream } from '@slipway/definition';

// The community's chart; its Flux trails the newest release by weeks.
/** Pinned by `npm run pin -- flux --write`. */
export const releases: Upstream['releases'] = [
  {
    version: '2.8.5',
    form: 'chart',
    parts: [
      {
        at: '',
        git: {
          repository: 'https://github.com/fluxcd-community/helm-charts',
          revision: 'flux2-2.18.3',
          commit: '82a385b005eb07cdac34a8cfe8fcbce7539ca0da',
          path: 'charts/flux2',
        },
      },
    ],
    digest: 'sha256:3cda619d44465bb42ea9168ce68a3fd32810b3b6d8fd72468cfa76d61e1bb8e4',
    kubernetes: '>=1.33.0-0',
    breaking: [
      'The APIs that were deprecated before 2.7 are gone: `flux migrate` rewrites files in Git before the upgrade.',
    ],
  },
  {
    version: '2.7.5',
    form: 'chart',
    parts: [
      {
        at: '',
        git: {
          repository: 'https://github.com/fluxcd-community/helm-charts',
          revision: 'flux2-2.17.2',
          commit: '5979581d88eb891da426ee559f04bc79e0d7e296',
          path: 'charts/flux2',
        },
      },
    ],
    digest: 'sha256:e0e0e65977ae4ddb251808f7c68bb4412822c4a3ff94078b95898322133dcbb6',
    kubernetes: '>=1.32.0-0',
  },
];
