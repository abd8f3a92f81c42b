import type { Upstream } from '@slipway/definition';

/** What can be installed, newest first; `npm run pin` looks the commits and digests up. */
export const releases: Upstream['releases'] = [
  {
    version: '2.9.0',
    form: 'chart',
    parts: [
      {
        at: '',
        git: {
          repository: 'https://github.com/external-secrets/external-secrets',
          revision: 'helm-chart-2.9.0',
          commit: 'cc5bfbc2234ace9cb0caff4ea89c435cf517b27b',
          path: 'deploy/charts/external-secrets/Chart.yaml',
        },
      },
      {
        at: '',
        git: {
          repository: 'https://github.com/external-secrets/external-secrets',
          revision: 'helm-chart-2.9.0',
          commit: 'cc5bfbc2234ace9cb0caff4ea89c435cf517b27b',
          path: 'deploy/charts/external-secrets/values.yaml',
        },
      },
      {
        at: '',
        git: {
          repository: 'https://github.com/external-secrets/external-secrets',
          revision: 'helm-chart-2.9.0',
          commit: 'cc5bfbc2234ace9cb0caff4ea89c435cf517b27b',
          path: 'deploy/charts/external-secrets/values.schema.json',
        },
      },
      {
        at: 'templates',
        git: {
          repository: 'https://github.com/external-secrets/external-secrets',
          revision: 'helm-chart-2.9.0',
          commit: 'cc5bfbc2234ace9cb0caff4ea89c435cf517b27b',
          path: 'deploy/charts/external-secrets/templates',
        },
      },
      {
        at: 'files',
        git: {
          repository: 'https://github.com/external-secrets/external-secrets',
          revision: 'helm-chart-2.9.0',
          commit: 'cc5bfbc2234ace9cb0caff4ea89c435cf517b27b',
          path: 'deploy/charts/external-secrets/files',
        },
      },
      { at: '', files: { '.helmignore': 'templates/crds/README.md\n' } },
      {
        at: 'crds',
        git: {
          repository: 'https://github.com/external-secrets/external-secrets',
          revision: 'v2.9.0',
          commit: '378bdb622ed9712ef4a58370f6a17af033b7d343',
          path: 'deploy/crds/bundle.yaml',
        },
      },
      {
        at: 'charts/bitwarden-sdk-server',
        files: { 'Chart.yaml': 'apiVersion: v2\nname: bitwarden-sdk-server\nversion: v0.6.0\n' },
      },
    ],
    digest: 'sha256:e4f9bf4e6627a232156751126e99e4c3753973b4ffe6cdf48c95c778c769c393',
  },
  {
    version: '2.8.0',
    form: 'chart',
    parts: [
      {
        at: '',
        git: {
          repository: 'https://github.com/external-secrets/external-secrets',
          revision: 'helm-chart-2.8.0',
          commit: '6f1eed573faac17c3272c576cfd419a5b40db25d',
          path: 'deploy/charts/external-secrets/Chart.yaml',
        },
      },
      {
        at: '',
        git: {
          repository: 'https://github.com/external-secrets/external-secrets',
          revision: 'helm-chart-2.8.0',
          commit: '6f1eed573faac17c3272c576cfd419a5b40db25d',
          path: 'deploy/charts/external-secrets/values.yaml',
        },
      },
      {
        at: '',
        git: {
          repository: 'https://github.com/external-secrets/external-secrets',
          revision: 'helm-chart-2.8.0',
          commit: '6f1eed573faac17c3272c576cfd419a5b40db25d',
          path: 'deploy/charts/external-secrets/values.schema.json',
        },
      },
      {
        at: 'templates',
        git: {
          repository: 'https://github.com/external-secrets/external-secrets',
          revision: 'helm-chart-2.8.0',
          commit: '6f1eed573faac17c3272c576cfd419a5b40db25d',
          path: 'deploy/charts/external-secrets/templates',
        },
      },
      {
        at: 'files',
        git: {
          repository: 'https://github.com/external-secrets/external-secrets',
          revision: 'helm-chart-2.8.0',
          commit: '6f1eed573faac17c3272c576cfd419a5b40db25d',
          path: 'deploy/charts/external-secrets/files',
        },
      },
      { at: '', files: { '.helmignore': 'templates/crds/README.md\n' } },
      {
        at: 'crds',
        git: {
          repository: 'https://github.com/external-secrets/external-secrets',
          revision: 'v2.8.0',
          commit: '2e0f135f739eff1543b0a86cbedf9331756432d5',
          path: 'deploy/crds/bundle.yaml',
        },
      },
      {
        at: 'charts/bitwarden-sdk-server',
        files: { 'Chart.yaml': 'apiVersion: v2\nname: bitwarden-sdk-server\nversion: v0.6.0\n' },
      },
    ],
    digest: 'sha256:f009e1a5d104457ec30c576259ecad26ccbdedf94ccd1caa767d21f3bdaf7489',
  },
];
