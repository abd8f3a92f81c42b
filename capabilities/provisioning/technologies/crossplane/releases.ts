import type { Upstream } from '@slipway/definition';

/** What can be installed, newest first; `npm run pin` looks the commits and digests up. */
export const releases: Upstream['releases'] = [
  {
    version: '2.3.4',
    form: 'chart',
    parts: [
      {
        at: '',
        git: {
          repository: 'https://github.com/crossplane/crossplane',
          revision: 'v2.3.4',
          commit: 'c2670a735103660d7f436585447f2071bc1de973',
          path: 'cluster/charts/crossplane',
        },
      },
      {
        at: 'crds',
        git: {
          repository: 'https://github.com/crossplane/crossplane',
          revision: 'v2.3.4',
          commit: 'c2670a735103660d7f436585447f2071bc1de973',
          path: 'cluster/crds',
        },
      },
    ],
    digest: 'sha256:54ef99c95acf776d913ebab553db9cfadd73d1fae7f37cfdd84ca6b133f5f63f',
  },
  {
    version: '2.2.4',
    form: 'chart',
    parts: [
      {
        at: '',
        git: {
          repository: 'https://github.com/crossplane/crossplane',
          revision: 'v2.2.4',
          commit: 'b34b67323136816f02ad9a4d11c915b89c12abb6',
          path: 'cluster/charts/crossplane',
        },
      },
      {
        at: 'crds',
        git: {
          repository: 'https://github.com/crossplane/crossplane',
          revision: 'v2.2.4',
          commit: 'b34b67323136816f02ad9a4d11c915b89c12abb6',
          path: 'cluster/crds',
        },
      },
    ],
    digest: 'sha256:f975009e4aafe0393ba369f1c840008d300b03f616dfb2747dca81ebdfc9354c',
  },
];
