import type { Upstream } from '@slipway/definition';

/** Upstream's manifests in Git carry no version: only those it publishes with a release do. */
function kustomization(version: string): string {
  return `apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources:
  - manifests/cluster-install
images:
  - name: quay.io/argoproj/argocli
    newTag: v${version}
  - name: quay.io/argoproj/workflow-controller
    newTag: v${version}
`;
}

/** Pinned by `npm run pin -- argo-workflows --write`. */
export const releases: Upstream['releases'] = [
  {
    version: '4.1.2',
    form: 'kustomization',
    parts: [
      { at: '', files: { 'kustomization.yaml': kustomization('4.1.2') } },
      {
        at: 'manifests',
        git: {
          repository: 'https://github.com/argoproj/argo-workflows',
          revision: 'v4.1.2',
          commit: '16a52d67daf2f4a8a76fa8bec02a76a46aa46257',
          path: 'manifests',
        },
      },
    ],
    digest: 'sha256:950970e1c580a3f8812bb846d4c0347104cd069177e02396403141b10a4c7baf',
    breaking: [
      'Whoever is signed in signs in once more: sessions have another format since 4.1.2.',
      'The variable INFORMER_WRITE_BACK is gone.',
      '`argo archive` takes a name or a uid; scripts that give names which look like uids need `--name`.',
    ],
  },
  {
    version: '4.0.10',
    form: 'kustomization',
    parts: [
      { at: '', files: { 'kustomization.yaml': kustomization('4.0.10') } },
      {
        at: 'manifests',
        git: {
          repository: 'https://github.com/argoproj/argo-workflows',
          revision: 'v4.0.10',
          commit: '2334ea9dd8ccb0e5a6bfd1399fb84a114279e7d6',
          path: 'manifests',
        },
      },
    ],
    digest: 'sha256:6a6411e078c98eaa5fff4b56618c9461ad0964e863ff62fb63ef5995e5193ac0',
  },
];
