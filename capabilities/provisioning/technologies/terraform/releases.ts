import type { Upstream } from '@slipway/definition';

/** What can be installed, newest first; `npm run pin` looks the commits and digests up. */
export const releases: Upstream['releases'] = [
  {
    version: '0.16.5',
    form: 'chart',
    parts: [
      {
        at: '',
        git: {
          repository: 'https://github.com/flux-iac/tofu-controller',
          revision: 'v0.16.5',
          commit: '4cb9876f84af6e2bffc611f946371e5bc5c94ff9',
          path: 'charts/tofu-controller',
        },
      },
    ],
    digest: 'sha256:06d29302e4fed53630c2bb8b4b2e9cf4c56ea6c6be245d934759801161433877',
    breaking: ['Images come from ghcr.io/flux-iac, no longer from ghcr.io/weaveworks: mirrors need both.'],
  },
  {
    version: '0.15.1',
    form: 'chart',
    parts: [
      {
        at: '',
        git: {
          repository: 'https://github.com/flux-iac/tofu-controller',
          revision: 'v0.15.1',
          commit: 'a53488094851773978301511922c2ced1397cdf9',
          path: 'charts/tf-controller',
        },
      },
    ],
    digest: 'sha256:6b80e9962b2697a93d5e2b9f724778a822fa2b0b34fc4a8e3988c0b04309d37d',
  },
];
