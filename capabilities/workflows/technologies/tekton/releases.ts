import type { Upstream } from '@slipway/definition';

/** Pinned by `npm run pin -- tekton --write`. */
export const releases: Upstream['releases'] = [
  {
    version: '1.15.0',
    form: 'manifests',
    parts: [
      {
        at: '',
        git: {
          repository: 'https://github.com/tektoncd/pipeline',
          revision: 'v1.15.0',
          commit: '70f730815249a12aa725266fba7f3ff39653aaea',
          path: 'config',
        },
      },
    ],
    digest: 'sha256:8c3af29fdd0c61c8baad4bbf1abd360f09ad037b3f0d6a8ef23b3812103c3ea6',
    kubernetes: '>=1.28.0-0',
  },
  {
    version: '1.14.1',
    form: 'manifests',
    parts: [
      {
        at: '',
        git: {
          repository: 'https://github.com/tektoncd/pipeline',
          revision: 'v1.14.1',
          commit: 'aa28e09810a679c1282095ae604afb1f5488e162',
          path: 'config',
        },
      },
    ],
    digest: 'sha256:548278d74325f770ec39259e8b0207cf1056cd7b6b65a3fa72696a842c35b0df',
    kubernetes: '>=1.28.0-0',
  },
];
