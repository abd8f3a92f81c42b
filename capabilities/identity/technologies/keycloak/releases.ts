import type { Upstream } from '@slipway/definition';

// The chart is that of 26.5: it takes the version of the server as a value.
/** Pinned by `npm run pin -- keycloak --write`. */
export const releases: Upstream['releases'] = [
  {
    version: '26.7.3',
    form: 'chart',
    parts: [
      {
        at: '',
        git: {
          repository: 'https://github.com/codecentric/helm-charts',
          revision: 'keycloakx-7.1.11',
          commit: '15f09f31c8c4c23c4162d8d6e3b2b6f3669f7b43',
          path: 'charts/keycloakx',
        },
      },
    ],
    digest: 'sha256:3950f88c8249acaa14d0488989ab9a28ab9452455024a8ace0d255c581a73bc2',
    kubernetes: '>=1.28.0-0',
    breaking: [
      'Its database is migrated at the first start: to go back, restore the backup that `upgrade` made.',
    ],
  },
  {
    version: '26.5.6',
    form: 'chart',
    parts: [
      {
        at: '',
        git: {
          repository: 'https://github.com/codecentric/helm-charts',
          revision: 'keycloakx-7.1.11',
          commit: '15f09f31c8c4c23c4162d8d6e3b2b6f3669f7b43',
          path: 'charts/keycloakx',
        },
      },
    ],
    digest: 'sha256:3950f88c8249acaa14d0488989ab9a28ab9452455024a8ace0d255c581a73bc2',
    kubernetes: '>=1.28.0-0',
  },
];
