import type { Upstream } from '@slipway/definition';

/** What can be installed, newest first; `npm run pin` looks the commits and digests up. */
export const releases: Upstream['releases'] = [
  {
    version: '0.21.0',
    form: 'chart',
    parts: [
      {
        at: '',
        git: {
          repository: 'https://github.com/kubernetes-sigs/external-dns',
          revision: 'external-dns-helm-chart-1.21.1',
          commit: '9f26451346774099a8b3e3e5cc46a53bf2fd1461',
          path: 'charts/external-dns',
        },
      },
    ],
    digest: 'sha256:9ad1e2b5854b5ed36f9a98a0dcb9f893c8f2f9f0336ccc108aff114f43280f2b',
  },
  {
    version: '0.20.0',
    form: 'chart',
    parts: [
      {
        at: '',
        git: {
          repository: 'https://github.com/kubernetes-sigs/external-dns',
          revision: 'external-dns-helm-chart-1.20.0',
          commit: 'e951aab3d50cc348bdf1c2bd89baf951d49c573b',
          path: 'charts/external-dns',
        },
      },
    ],
    digest: 'sha256:7b9bf6e2b3fb6f2921f738bc5f0b95a910921253be4fd1c4d11455a52c21d9c9',
  },
];
