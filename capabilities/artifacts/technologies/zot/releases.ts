import type { Upstream } from '@slipway/definition';

// zot has stayed at 2.1 since 2024 and adds features in patch releases: the older one is two of them back.
/** Pinned by `npm run pin -- zot --write`. */
export const releases: Upstream['releases'] = [
  {
    version: '2.1.18',
    form: 'chart',
    parts: [
      {
        at: '',
        git: {
          repository: 'https://github.com/project-zot/helm-charts',
          revision: 'zot-0.1.122',
          commit: 'b4760c26fa3620f8e21277eee82e5bcc4ba48e82',
          path: 'charts/zot',
        },
      },
    ],
    digest: 'sha256:83e8a06071e6753b5edcb3120d5488ab10664e3fe981e77ffedba5f586cf74bc',
    kubernetes: '>=1.25.0-0',
  },
  {
    version: '2.1.16',
    form: 'chart',
    parts: [
      {
        at: '',
        git: {
          repository: 'https://github.com/project-zot/helm-charts',
          revision: 'zot-0.1.110',
          commit: '1dab5486867c783af29aab5defc8aee5547e6552',
          path: 'charts/zot',
        },
      },
    ],
    digest: 'sha256:30e400719c4163a9fce5bdb8422c302978e0554da1db4e0d0c4b34d928f12d6d',
    kubernetes: '>=1.25.0-0',
  },
];
