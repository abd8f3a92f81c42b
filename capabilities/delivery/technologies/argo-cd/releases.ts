import type { Upstream } from '@slipway/definition';

/** Pinned by `npm run pin -- argo-cd --write`. */
export const releases: Upstream['releases'] = [
  {
    version: '3.5.1',
    form: 'manifests',
    parts: [
      {
        at: '',
        git: {
          repository: 'https://github.com/argoproj/argo-cd',
          revision: 'v3.5.1',
          commit: '109ca7ca71139e514114499d294a492e7910a965',
          path: 'manifests/install.yaml',
        },
      },
    ],
    digest: 'sha256:777df8c34c7002506571cf7420e80a46686fd4a32dfd5523c6809f8f9c8b1928',
    kubernetes: '>=1.33.0-0',
    breaking: [
      'Charts are rendered by Helm 4 only: `spec.source.helm.version: v3` is ignored.',
      'OCI registries without TLS have to be registered with `insecureOCIForceHttp`, those of chart dependencies, too.',
      'UI extensions have to be rebuilt for React 19.',
      'Where impersonation is on, it holds for everything people do in Argo CD, not only for syncs.',
      'GnuPG keys of projects (`signatureKeys`) are deprecated: say `sourceIntegrity` instead.',
    ],
  },
  {
    version: '3.4.7',
    form: 'manifests',
    parts: [
      {
        at: '',
        git: {
          repository: 'https://github.com/argoproj/argo-cd',
          revision: 'v3.4.7',
          commit: '7b6113c14c8186e126046131dfbe5103a9f680f4',
          path: 'manifests/install.yaml',
        },
      },
    ],
    digest: 'sha256:6cab1d98dd8c5cb2e66ff12c59a0325006786d6a835da1045369d24c7f9ba4fa',
    kubernetes: '>=1.32.0-0',
  },
];
