import type { Upstream } from '@slipway/definition';

/** What can be installed, newest first; `npm run pin` looks the commits and digests up. */
export const releases: Upstream['releases'] = [
  {
    version: '1.30.3',
    form: 'chart',
    parts: [
      {
        at: '',
        files: { 'Chart.yaml': 'apiVersion: v2\nname: istio\nversion: 1.30.3\nappVersion: 1.30.3\n' },
      },
      {
        at: 'charts/base',
        git: {
          repository: 'https://github.com/istio/istio',
          revision: '1.30.3',
          commit: '56df41f63e513f834c9a3af33d8aed82d1d961f2',
          path: 'manifests/charts/base',
        },
      },
      {
        at: 'charts/istiod',
        git: {
          repository: 'https://github.com/istio/istio',
          revision: '1.30.3',
          commit: '56df41f63e513f834c9a3af33d8aed82d1d961f2',
          path: 'manifests/charts/istio-control/istio-discovery',
        },
      },
      {
        at: 'charts/cni',
        git: {
          repository: 'https://github.com/istio/istio',
          revision: '1.30.3',
          commit: '56df41f63e513f834c9a3af33d8aed82d1d961f2',
          path: 'manifests/charts/istio-cni',
        },
      },
      {
        at: 'charts/ztunnel',
        git: {
          repository: 'https://github.com/istio/istio',
          revision: '1.30.3',
          commit: '56df41f63e513f834c9a3af33d8aed82d1d961f2',
          path: 'manifests/charts/ztunnel',
        },
      },
    ],
    digest: 'sha256:9d9d31fae0ad5532993666f250087b8bdd41e668c1b9bb4d6011834d8e94c584',
    // Its gateways and waypoints: istiod puts the name together from the hub, the version and the mesh's image type.
    images: ['docker.io/istio/proxyv2:1.30.3-distroless'],
    kubernetes: '>=1.31',
    breaking: [
      'TrafficExtension comes; going back takes its objects away.',
      'Traffic on each node stops for a moment while ztunnel is replaced there.',
    ],
  },
  {
    version: '1.29.6',
    form: 'chart',
    parts: [
      {
        at: '',
        files: { 'Chart.yaml': 'apiVersion: v2\nname: istio\nversion: 1.29.6\nappVersion: 1.29.6\n' },
      },
      {
        at: 'charts/base',
        git: {
          repository: 'https://github.com/istio/istio',
          revision: '1.29.6',
          commit: '7019d6d3608e4995e9a36d2977cfec3a341431cd',
          path: 'manifests/charts/base',
        },
      },
      {
        at: 'charts/istiod',
        git: {
          repository: 'https://github.com/istio/istio',
          revision: '1.29.6',
          commit: '7019d6d3608e4995e9a36d2977cfec3a341431cd',
          path: 'manifests/charts/istio-control/istio-discovery',
        },
      },
      {
        at: 'charts/cni',
        git: {
          repository: 'https://github.com/istio/istio',
          revision: '1.29.6',
          commit: '7019d6d3608e4995e9a36d2977cfec3a341431cd',
          path: 'manifests/charts/istio-cni',
        },
      },
      {
        at: 'charts/ztunnel',
        git: {
          repository: 'https://github.com/istio/istio',
          revision: '1.29.6',
          commit: '7019d6d3608e4995e9a36d2977cfec3a341431cd',
          path: 'manifests/charts/ztunnel',
        },
      },
    ],
    digest: 'sha256:7d07783f4275b9bb19102b0ed8415448dc26b433a7a84d59a92c835256035d75',
    // Its gateways and waypoints: istiod puts the name together from the hub, the version and the mesh's image type.
    images: ['docker.io/istio/proxyv2:1.29.6-distroless'],
    kubernetes: '>=1.31',
  },
];
