import type { Upstream } from '@slipway/definition';

/** What can be installed, newest first; `npm run pin` looks the commits and digests up. */
export const releases: Upstream['releases'] = [
  {
    version: '1.21.1',
    form: 'chart',
    parts: [
      {
        at: '',
        files: {
          'Chart.yaml': 'apiVersion: v2\nname: cert-manager\nversion: v1.21.1\nappVersion: v1.21.1\n',
        },
      },
      {
        at: '',
        git: {
          repository: 'https://github.com/cert-manager/cert-manager',
          revision: 'v1.21.1',
          commit: '24e33194fb39488eff2bbf10c6dc640f407cad44',
          path: 'deploy/charts/cert-manager/values.yaml',
        },
      },
      {
        at: '',
        git: {
          repository: 'https://github.com/cert-manager/cert-manager',
          revision: 'v1.21.1',
          commit: '24e33194fb39488eff2bbf10c6dc640f407cad44',
          path: 'deploy/charts/cert-manager/values.schema.json',
        },
      },
      {
        at: 'templates',
        git: {
          repository: 'https://github.com/cert-manager/cert-manager',
          revision: 'v1.21.1',
          commit: '24e33194fb39488eff2bbf10c6dc640f407cad44',
          path: 'deploy/charts/cert-manager/templates',
        },
      },
    ],
    digest: 'sha256:ee3072382f146684346365c8b8536821fd29503dca0c2a04714df1245e461c71',
    kubernetes: '>=1.33',
  },
  {
    version: '1.20.3',
    form: 'chart',
    parts: [
      {
        at: '',
        files: {
          'Chart.yaml': 'apiVersion: v2\nname: cert-manager\nversion: v1.20.3\nappVersion: v1.20.3\n',
        },
      },
      {
        at: '',
        git: {
          repository: 'https://github.com/cert-manager/cert-manager',
          revision: 'v1.20.3',
          commit: '1e1d16d1744e6d9c80e464e58e8d9ab1caed222b',
          path: 'deploy/charts/cert-manager/values.yaml',
        },
      },
      {
        at: '',
        git: {
          repository: 'https://github.com/cert-manager/cert-manager',
          revision: 'v1.20.3',
          commit: '1e1d16d1744e6d9c80e464e58e8d9ab1caed222b',
          path: 'deploy/charts/cert-manager/values.schema.json',
        },
      },
      {
        at: 'templates',
        git: {
          repository: 'https://github.com/cert-manager/cert-manager',
          revision: 'v1.20.3',
          commit: '1e1d16d1744e6d9c80e464e58e8d9ab1caed222b',
          path: 'deploy/charts/cert-manager/templates',
        },
      },
    ],
    digest: 'sha256:bc38d3bb295d391164fa8a5500ce0804d75f71a31b5ba97ab2e7ab54ce1e6f27',
    kubernetes: '>=1.32',
  },
];
