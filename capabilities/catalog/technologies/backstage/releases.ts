import type { Upstream } from '@slipway/definition';

// Versions are Backstage's; its chart takes them as a value.
/** Switched off, yet Helm wants the dependency to be there. */
const NO_POSTGRESQL = 'apiVersion: v2\nname: postgresql\nversion: 12.10.0\n';

/** Pinned by `npm run pin -- backstage --write`. */
export const releases: Upstream['releases'] = [
  {
    version: '1.55.2',
    form: 'chart',
    parts: [
      {
        at: '',
        git: {
          repository: 'https://github.com/backstage/charts',
          revision: 'backstage-2.8.2',
          commit: 'd1d84e78abf6c57a3230c742419d338c76ac1679',
          path: 'charts/backstage',
        },
      },
      {
        at: 'charts/common',
        git: {
          repository: 'https://github.com/bitnami/charts',
          revision: 'common/2.10.0',
          commit: '0fb66f2c6f6828a240a0c1e6857c337bf9f4202a',
          path: 'bitnami/common',
        },
      },
      { at: 'charts/postgresql', files: { 'Chart.yaml': NO_POSTGRESQL } },
    ],
    digest: 'sha256:6ce359c1d492d6e72f128573102f3e843799cca300fee669947b8cd67c6dfcca',
    kubernetes: '>=1.19.0-0',
    breaking: [
      'Its database is migrated at the first start: to go back, restore the backup that `upgrade` made.',
    ],
  },
  {
    version: '1.53.1',
    form: 'chart',
    parts: [
      {
        at: '',
        git: {
          repository: 'https://github.com/backstage/charts',
          revision: 'backstage-2.8.0',
          commit: '927fe5dd5713cd1cacaafa39cc0ddac6e2701816',
          path: 'charts/backstage',
        },
      },
      {
        at: 'charts/common',
        git: {
          repository: 'https://github.com/bitnami/charts',
          revision: 'common/2.10.0',
          commit: '0fb66f2c6f6828a240a0c1e6857c337bf9f4202a',
          path: 'bitnami/common',
        },
      },
      { at: 'charts/postgresql', files: { 'Chart.yaml': NO_POSTGRESQL } },
    ],
    digest: 'sha256:76871131856225c6c719977e9054ff942038662143913a6d8a2793b416710858',
    kubernetes: '>=1.19.0-0',
  },
];
