import type { Upstream } from '@slipway/definition';

/** What can be installed, newest first; `npm run pin` looks the commits and digests up. */
export const releases: Upstream['releases'] = [
  {
    version: '2.0.4',
    form: 'chart',
    parts: [
      {
        at: '',
        git: {
          repository: 'https://github.com/hashicorp/vault-helm',
          revision: 'v0.34.1',
          commit: 'aa1c92e4adddbce9660e536dfe5222a88eda6d52',
          path: '.',
        },
      },
    ],
    digest: 'sha256:bb1e1b4db8edd5b1b16d5d00e2692cb96f167e32beda8f74792320e505f4913f',
    breaking: [
      'It goes from 1.21 to 2.0, and its storage with it: Vault does not go back, a snapshot from before does.',
      'Pods are replaced only when somebody deletes them (OnDelete), the active one last; without a KMS key each has to be opened again.',
    ],
  },
  {
    version: '1.21.2',
    form: 'chart',
    parts: [
      {
        at: '',
        git: {
          repository: 'https://github.com/hashicorp/vault-helm',
          revision: 'v0.32.0',
          commit: '3e032ad7685f80fc2a021e282a52b6d2fbd37a07',
          path: '.',
        },
      },
    ],
    digest: 'sha256:210d345748415316d601339609a5c602253842f88f16cbeeab2fbd9a952ec603',
  },
];
