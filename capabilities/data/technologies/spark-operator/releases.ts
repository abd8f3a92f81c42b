import type { Upstream } from '@slipway/definition';

/** What can be installed, newest first; `npm run pin` looks the commits and digests up. */
export const releases: Upstream['releases'] = [
  {
    version: '2.5.2',
    form: 'chart',
    parts: [
      {
        at: '',
        git: {
          repository: 'https://github.com/kubeflow/spark-operator',
          revision: 'v2.5.2',
          commit: '43afb8bbd32463037d8fb6e414e252c69081882b',
          path: 'charts/spark-operator-chart',
        },
      },
    ],
    digest: 'sha256:51ebe19443d7e61d1f10411268f6c21adc4b7a5445a86f247d9f728361e1a515',
  },
  {
    version: '2.4.0',
    form: 'chart',
    parts: [
      {
        at: '',
        git: {
          repository: 'https://github.com/kubeflow/spark-operator',
          revision: 'v2.4.0',
          commit: '1199997006678a6d520c0755a0d543b3c1c47649',
          path: 'charts/spark-operator-chart',
        },
      },
    ],
    digest: 'sha256:02c2dc29df3ef55002b38ccbe0742a4f6b158357c737ffe357795b5d9c206152',
  },
];
