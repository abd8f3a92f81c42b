import type { Upstream } from '@slipway/definition';

/** What can be installed, newest first; `npm run pin` looks the commits and digests up. */
export const releases: Upstream['releases'] = [
  {
    version: '1.15.1',
    form: 'chart',
    parts: [
      {
        at: '',
        git: {
          repository: 'https://github.com/kubernetes/ingress-nginx',
          revision: 'controller-v1.15.1',
          commit: '0a5901f3c64f11e92e487799b8da3f00cca37515',
          path: 'charts/ingress-nginx',
        },
      },
    ],
    digest: 'sha256:fa4dc569a716ea8f60c6aa5909db37eaa2b14b44530d130bb05b0a85b59cbf04',
    kubernetes: '>=1.31',
    breaking: [
      'It is the last line of releases: the project is archived, and nothing that is found from now on is mended.',
    ],
  },
  {
    version: '1.14.5',
    form: 'chart',
    parts: [
      {
        at: '',
        git: {
          repository: 'https://github.com/kubernetes/ingress-nginx',
          revision: 'controller-v1.14.5',
          commit: '0a6fadc01bd4706bc77ceaf91487345a8d03d9c0',
          path: 'charts/ingress-nginx',
        },
      },
    ],
    digest: 'sha256:df63d0e46e7d0ec56f6529814e23f392100b72b06312d1391171225885372631',
    kubernetes: '>=1.30',
  },
];
