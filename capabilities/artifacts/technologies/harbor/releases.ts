import type { Upstream } from '@slipway/definition';

/** The chart has no place for objects beside its own, and none for a database without a password in its values. */
const PLATFORM_OBJECTS = '{{- range .Values.platformObjects }}\n---\n{{ toYaml . }}\n{{- end }}\n';

/** Pinned by `npm run pin -- harbor --write`. */
export const releases: Upstream['releases'] = [
  {
    version: '2.15.1',
    form: 'chart',
    parts: [
      {
        at: '',
        git: {
          repository: 'https://github.com/goharbor/harbor-helm',
          revision: 'v1.19.1',
          commit: 'ae011519ef17a47478a3639d7680902c6adcb0a5',
          path: '',
        },
      },
      { at: 'templates', files: { 'platform-objects.yaml': PLATFORM_OBJECTS } },
    ],
    digest: 'sha256:0a3b8b10b7f87eedebe938f363a3e1b6def6f9f56f8faf782e95f3df1476c95b',
    kubernetes: '>=1.20.0-0',
    breaking: [
      'Its database is migrated at the first start: to go back, restore the backup that `upgrade` made.',
    ],
  },
  {
    version: '2.14.4',
    form: 'chart',
    parts: [
      {
        at: '',
        git: {
          repository: 'https://github.com/goharbor/harbor-helm',
          revision: 'v1.18.4',
          commit: '3db4e9042833b3f620d6dbb72188b8707960aa5a',
          path: '',
        },
      },
      { at: 'templates', files: { 'platform-objects.yaml': PLATFORM_OBJECTS } },
    ],
    digest: 'sha256:5a249d9bc03f2158cbe5685e11cb586fdbfd6ab0ff98f29ad852c1a92b0f4852',
    kubernetes: '>=1.20.0-0',
  },
];
