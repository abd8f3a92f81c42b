import type { Upstream } from '@slipway/definition';

/** What can be installed, newest first; `npm run pin` looks the commits and digests up. */
export const releases: Upstream['releases'] = [
  {
    version: '3.7.11',
    form: 'chart',
    parts: [
      {
        at: '',
        git: {
          repository: 'https://github.com/traefik/traefik-helm-chart',
          revision: 'v41.3.0',
          commit: 'a8a66d0098703627b2cf352c66b1725c196a734a',
          path: 'traefik/Chart.yaml',
        },
      },
      {
        at: '',
        git: {
          repository: 'https://github.com/traefik/traefik-helm-chart',
          revision: 'v41.3.0',
          commit: 'a8a66d0098703627b2cf352c66b1725c196a734a',
          path: 'traefik/values.yaml',
        },
      },
      {
        at: '',
        git: {
          repository: 'https://github.com/traefik/traefik-helm-chart',
          revision: 'v41.3.0',
          commit: 'a8a66d0098703627b2cf352c66b1725c196a734a',
          path: 'traefik/values.schema.json',
        },
      },
      {
        at: 'templates',
        git: {
          repository: 'https://github.com/traefik/traefik-helm-chart',
          revision: 'v41.3.0',
          commit: 'a8a66d0098703627b2cf352c66b1725c196a734a',
          path: 'traefik/templates',
        },
      },
      {
        at: 'crds',
        git: {
          repository: 'https://github.com/kubernetes-sigs/gateway-api',
          revision: 'v1.5.1',
          commit: 'e7677b70ae75d14a4448fba94870e7deea6cf0ad',
          path: 'config/crd/standard/gateway.networking.k8s.io_backendtlspolicies.yaml',
        },
      },
      {
        at: 'crds',
        git: {
          repository: 'https://github.com/kubernetes-sigs/gateway-api',
          revision: 'v1.5.1',
          commit: 'e7677b70ae75d14a4448fba94870e7deea6cf0ad',
          path: 'config/crd/standard/gateway.networking.k8s.io_gatewayclasses.yaml',
        },
      },
      {
        at: 'crds',
        git: {
          repository: 'https://github.com/kubernetes-sigs/gateway-api',
          revision: 'v1.5.1',
          commit: 'e7677b70ae75d14a4448fba94870e7deea6cf0ad',
          path: 'config/crd/standard/gateway.networking.k8s.io_gateways.yaml',
        },
      },
      {
        at: 'crds',
        git: {
          repository: 'https://github.com/kubernetes-sigs/gateway-api',
          revision: 'v1.5.1',
          commit: 'e7677b70ae75d14a4448fba94870e7deea6cf0ad',
          path: 'config/crd/standard/gateway.networking.k8s.io_grpcroutes.yaml',
        },
      },
      {
        at: 'crds',
        git: {
          repository: 'https://github.com/kubernetes-sigs/gateway-api',
          revision: 'v1.5.1',
          commit: 'e7677b70ae75d14a4448fba94870e7deea6cf0ad',
          path: 'config/crd/standard/gateway.networking.k8s.io_httproutes.yaml',
        },
      },
      {
        at: 'crds',
        git: {
          repository: 'https://github.com/kubernetes-sigs/gateway-api',
          revision: 'v1.5.1',
          commit: 'e7677b70ae75d14a4448fba94870e7deea6cf0ad',
          path: 'config/crd/standard/gateway.networking.k8s.io_listenersets.yaml',
        },
      },
      {
        at: 'crds',
        git: {
          repository: 'https://github.com/kubernetes-sigs/gateway-api',
          revision: 'v1.5.1',
          commit: 'e7677b70ae75d14a4448fba94870e7deea6cf0ad',
          path: 'config/crd/standard/gateway.networking.k8s.io_referencegrants.yaml',
        },
      },
      {
        at: 'crds',
        git: {
          repository: 'https://github.com/kubernetes-sigs/gateway-api',
          revision: 'v1.5.1',
          commit: 'e7677b70ae75d14a4448fba94870e7deea6cf0ad',
          path: 'config/crd/standard/gateway.networking.k8s.io_tlsroutes.yaml',
        },
      },
    ],
    digest: 'sha256:55d610640820c26356f15abe695655e1abe3c064f450a92adb3703eea9cdcdfa',
    kubernetes: '>=1.31',
    breaking: [
      'The kinds of Gateway API go from 1.4 to 1.5: ListenerSet and TLSRoute come, and going back takes them and their objects away.',
    ],
  },
  {
    version: '3.6.13',
    form: 'chart',
    parts: [
      {
        at: '',
        git: {
          repository: 'https://github.com/traefik/traefik-helm-chart',
          revision: 'v39.0.8',
          commit: '13dc6ff47c50e5bc13d4d30d251e12b886b01e76',
          path: 'traefik/Chart.yaml',
        },
      },
      {
        at: '',
        git: {
          repository: 'https://github.com/traefik/traefik-helm-chart',
          revision: 'v39.0.8',
          commit: '13dc6ff47c50e5bc13d4d30d251e12b886b01e76',
          path: 'traefik/values.yaml',
        },
      },
      {
        at: '',
        git: {
          repository: 'https://github.com/traefik/traefik-helm-chart',
          revision: 'v39.0.8',
          commit: '13dc6ff47c50e5bc13d4d30d251e12b886b01e76',
          path: 'traefik/values.schema.json',
        },
      },
      {
        at: 'templates',
        git: {
          repository: 'https://github.com/traefik/traefik-helm-chart',
          revision: 'v39.0.8',
          commit: '13dc6ff47c50e5bc13d4d30d251e12b886b01e76',
          path: 'traefik/templates',
        },
      },
      {
        at: 'crds',
        git: {
          repository: 'https://github.com/kubernetes-sigs/gateway-api',
          revision: 'v1.4.1',
          commit: '477d172e6ac5eccb82b65781ddb8f924afec4170',
          path: 'config/crd/standard/gateway.networking.k8s.io_backendtlspolicies.yaml',
        },
      },
      {
        at: 'crds',
        git: {
          repository: 'https://github.com/kubernetes-sigs/gateway-api',
          revision: 'v1.4.1',
          commit: '477d172e6ac5eccb82b65781ddb8f924afec4170',
          path: 'config/crd/standard/gateway.networking.k8s.io_gatewayclasses.yaml',
        },
      },
      {
        at: 'crds',
        git: {
          repository: 'https://github.com/kubernetes-sigs/gateway-api',
          revision: 'v1.4.1',
          commit: '477d172e6ac5eccb82b65781ddb8f924afec4170',
          path: 'config/crd/standard/gateway.networking.k8s.io_gateways.yaml',
        },
      },
      {
        at: 'crds',
        git: {
          repository: 'https://github.com/kubernetes-sigs/gateway-api',
          revision: 'v1.4.1',
          commit: '477d172e6ac5eccb82b65781ddb8f924afec4170',
          path: 'config/crd/standard/gateway.networking.k8s.io_grpcroutes.yaml',
        },
      },
      {
        at: 'crds',
        git: {
          repository: 'https://github.com/kubernetes-sigs/gateway-api',
          revision: 'v1.4.1',
          commit: '477d172e6ac5eccb82b65781ddb8f924afec4170',
          path: 'config/crd/standard/gateway.networking.k8s.io_httproutes.yaml',
        },
      },
      {
        at: 'crds',
        git: {
          repository: 'https://github.com/kubernetes-sigs/gateway-api',
          revision: 'v1.4.1',
          commit: '477d172e6ac5eccb82b65781ddb8f924afec4170',
          path: 'config/crd/standard/gateway.networking.k8s.io_referencegrants.yaml',
        },
      },
    ],
    digest: 'sha256:ec3d95fc389db3d364c49bd0f31c52cb34c2e27d6040ba893e3e52d7af4d1326',
    kubernetes: '>=1.31',
  },
];
