import type { Upstream } from '@slipway/definition';

// Long-term releases only.
/** Pinned by `npm run pin -- jenkins --write`. */
export const releases: Upstream['releases'] = [
  {
    version: '2.568.2',
    form: 'chart',
    parts: [
      {
        at: '',
        git: {
          repository: 'https://github.com/jenkinsci/helm-charts',
          revision: 'jenkins-5.9.53',
          commit: '22055414e808938d0fc0585c4920d57661acce90',
          path: 'charts/jenkins',
        },
      },
    ],
    digest: 'sha256:2489ea90981870331ac775602f2cc335e5aa4aaa3ce616e182a3b1e4489570a4',
    kubernetes: '>=1.25.0-0',
    breaking: [
      'Plugins are brought to the versions that belong to it; one that a team added by hand may refuse to load.',
    ],
  },
  {
    version: '2.555.3',
    form: 'chart',
    parts: [
      {
        at: '',
        git: {
          repository: 'https://github.com/jenkinsci/helm-charts',
          revision: 'jenkins-5.9.32',
          commit: '43b8794465a27e4d0faf20c7a06ab7c67b44f8f5',
          path: 'charts/jenkins',
        },
      },
    ],
    digest: 'sha256:eee8e8eed3adeabf7d5f9d5ea00f75e59d32f56b29365ba15603f69c9b2a3146',
    kubernetes: '>=1.25.0-0',
  },
];
