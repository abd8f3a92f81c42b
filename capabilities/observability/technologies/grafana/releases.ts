import type { Upstream } from '@slipway/definition';

/** What can be installed, newest first; `npm run pin` looks the commits and digests up. */
export const releases: Upstream['releases'] = [
  {
    version: '13.2.0',
    form: 'chart',
    parts: [
      {
        at: '',
        git: {
          repository: 'https://github.com/grafana-community/helm-charts',
          revision: 'grafana-12.11.1',
          commit: '864f7794683680e5100a38670e103c4fa6e37e29',
          path: 'charts/grafana',
        },
      },
    ],
    digest: 'sha256:06854453a41415f6a1ebe657f3afe83ad938ed778e7a68311583c47c36369620',
    breaking: ['Its database is migrated when it starts: going back needs the volume from before.'],
  },
  {
    version: '13.1.3',
    form: 'chart',
    parts: [
      {
        at: '',
        git: {
          repository: 'https://github.com/grafana-community/helm-charts',
          revision: 'grafana-12.10.4',
          commit: 'e3b4194f1b86b90dd2db4034f657f227cdfa79a5',
          path: 'charts/grafana',
        },
      },
    ],
    digest: 'sha256:3d2e1d93d182dc82c003c1f88438b038e46b5425d6083f7bb605f330c1407fb7',
  },
];
