import type { Upstream } from '@slipway/definition';

/** What can be installed, newest first; `npm run pin` looks the commits and digests up. */
export const releases: Upstream['releases'] = [
  {
    version: '2.0.3',
    form: 'chart',
    parts: [
      {
        at: '',
        git: {
          repository: 'https://github.com/hashicorp/consul-k8s',
          revision: 'v2.0.3',
          commit: '7af6b659cead99bb688880ebc29686c0dfabc67b',
          path: 'charts/consul',
        },
      },
    ],
    digest: 'sha256:0247783e8638714e5b4e875eb65177f68ba5f71960adbc6b73f7ccafb76f7508',
    breaking: [
      'Servers go from Consul 1.22 to 2.0, and their data with them: going back needs a snapshot from before.',
      'The mesh gets RateLimit, RouteExtProc and RouteTLSSDSFilter; going back takes their objects away.',
    ],
  },
  {
    version: '1.22.7',
    form: 'chart',
    parts: [
      {
        at: '',
        git: {
          repository: 'https://github.com/hashicorp/consul-k8s',
          revision: 'v1.9.11',
          commit: '2280543a6261798b3c5d2d3b6a62182399a3ac95',
          path: 'charts/consul',
        },
      },
    ],
    digest: 'sha256:a2835b73e39adb9b5d27e2f295cb9b2e2a0b43ca32e55c5aa8142d086a25245a',
  },
];
