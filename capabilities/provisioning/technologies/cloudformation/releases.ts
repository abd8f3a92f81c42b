import type { Upstream } from '@slipway/definition';

/** What can be installed, newest first; `npm run pin` looks the commits and digests up. */
export const releases: Upstream['releases'] = [
  {
    version: '0.2.23',
    form: 'kustomization',
    parts: [
      {
        at: '',
        files: {
          'kustomization.yaml':
            'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nnamespace: cloudformation\nresources: [crd, rbac, manager]\n',
        },
      },
      {
        at: 'crd',
        git: {
          repository: 'https://github.com/awslabs/aws-cloudformation-controller-for-flux',
          revision: 'v0.2.23',
          commit: '1bfafa87a5f158541e4c1d7fbc8d86896830c36a',
          path: 'config/crd',
        },
      },
      {
        at: 'rbac',
        git: {
          repository: 'https://github.com/awslabs/aws-cloudformation-controller-for-flux',
          revision: 'v0.2.23',
          commit: '1bfafa87a5f158541e4c1d7fbc8d86896830c36a',
          path: 'config/rbac',
        },
      },
      {
        at: 'manager',
        git: {
          repository: 'https://github.com/awslabs/aws-cloudformation-controller-for-flux',
          revision: 'v0.2.23',
          commit: '1bfafa87a5f158541e4c1d7fbc8d86896830c36a',
          path: 'config/manager',
        },
      },
    ],
    digest: 'sha256:1e29a74b325a2a20bc4a2b05a501af8afaf2692fc628cfb503b8107684617e37',
  },
  {
    version: '0.2.22',
    form: 'kustomization',
    parts: [
      {
        at: '',
        files: {
          'kustomization.yaml':
            'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nnamespace: cloudformation\nresources: [crd, rbac, manager]\n',
        },
      },
      {
        at: 'crd',
        git: {
          repository: 'https://github.com/awslabs/aws-cloudformation-controller-for-flux',
          revision: 'v0.2.22',
          commit: '33daa36bdb31618a19e12109930617dbd9cba1ae',
          path: 'config/crd',
        },
      },
      {
        at: 'rbac',
        git: {
          repository: 'https://github.com/awslabs/aws-cloudformation-controller-for-flux',
          revision: 'v0.2.22',
          commit: '33daa36bdb31618a19e12109930617dbd9cba1ae',
          path: 'config/rbac',
        },
      },
      {
        at: 'manager',
        git: {
          repository: 'https://github.com/awslabs/aws-cloudformation-controller-for-flux',
          revision: 'v0.2.22',
          commit: '33daa36bdb31618a19e12109930617dbd9cba1ae',
          path: 'config/manager',
        },
      },
    ],
    digest: 'sha256:442f94a40b4364df97f575a44a436f3463bf8951822f72825a010987b7e485a2',
  },
];
