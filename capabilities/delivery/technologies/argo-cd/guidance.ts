import type { Guidance } from '@slipway/definition';

export const guidance: Guidance = {
  purpose: 'Keeps clusters as Git says: compares, syncs, heals, prunes, and shows the difference.',
  licence: 'Apache-2.0',
  cncf: 'graduated',
  maintenance: 'active; part of the Argo project, several releases a year',
  chooseWhen:
    'Teams want a picture of every application, its difference to Git and its health, and to roll back from it.',
  avoidWhen:
    'Nobody looks at a user interface and everything is reconciled by small composable controllers: see Flux.',
  switching:
    'Applications become Kustomizations or HelmReleases; the repositories stay as they are. Hooks and waves have to be rethought.',
  homepage: 'https://argo-cd.readthedocs.io',
  asOf: '2026-08-07',
};
