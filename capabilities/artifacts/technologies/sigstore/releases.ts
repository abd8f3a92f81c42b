import type { Upstream } from '@slipway/definition';

// Versions are those of the policy controller.
/** Pinned by `npm run pin -- sigstore --write`. */
export const releases: Upstream['releases'] = [
  {
    version: '0.13.1',
    form: 'chart',
    parts: [
      {
        at: '',
        git: {
          repository: 'https://github.com/sigstore/helm-charts',
          revision: 'policy-controller-0.10.6',
          commit: '3d19e1db5ccf40d096ca0cc1b761f261116d674a',
          path: 'charts/policy-controller',
        },
      },
    ],
    digest: 'sha256:54e740b746d86506f455f6d6ee8b18eb0ab52fa495a6d551a2631446514de117',
    kubernetes: '>=1.27.0-0',
  },
  {
    version: '0.12.0',
    form: 'chart',
    parts: [
      {
        at: '',
        git: {
          repository: 'https://github.com/sigstore/helm-charts',
          revision: 'policy-controller-0.10.1',
          commit: '4533b7bcb8f5fa621ef07f391ecddebc5c13c63e',
          path: 'charts/policy-controller',
        },
      },
    ],
    digest: 'sha256:ab6344f2b7959f14c95945dc2ed7fafb415c8fc35db68be4d54ec8bb3d32cc35',
    kubernetes: '>=1.27.0-0',
  },
];
