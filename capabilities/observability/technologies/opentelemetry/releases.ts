import type { Upstream } from '@slipway/definition';

/** What can be installed, newest first; `npm run pin` looks the commits and digests up. */
export const releases: Upstream['releases'] = [
  {
    version: '0.158.0',
    form: 'chart',
    parts: [
      {
        at: '',
        git: {
          repository: 'https://github.com/open-telemetry/opentelemetry-helm-charts',
          revision: 'opentelemetry-collector-0.170.0',
          commit: 'f5178cb97987004b474867a99e081be59b7f9bab',
          path: 'charts/opentelemetry-collector',
        },
      },
    ],
    digest: 'sha256:3cfc42e2a58024d39619efc5ac0065c14cfa5c5e2ce8954069c263294fa4e7f9',
  },
  {
    version: '0.157.0',
    form: 'chart',
    parts: [
      {
        at: '',
        git: {
          repository: 'https://github.com/open-telemetry/opentelemetry-helm-charts',
          revision: 'opentelemetry-collector-0.168.0',
          commit: '4dcce31d92b0a6951559a77a9c4ec29eb572e621',
          path: 'charts/opentelemetry-collector',
        },
      },
    ],
    digest: 'sha256:0de0479bbc8081b7a3775703b205202d423762c4420494a7753070a8a9e69767',
  },
];
