import type { Guidance } from '@slipway/definition';

export const guidance: Guidance = {
  purpose: 'Keeps clusters as Git, OCI artifacts and Helm charts say, by small controllers that compose.',
  licence: 'Apache-2.0',
  cncf: 'graduated',
  maintenance: 'active; several releases a year',
  chooseWhen: 'everything is driven by Git and kubectl, and nobody needs a user interface',
  avoidWhen: 'teams look at pictures of their applications and roll back from them: see Argo CD',
  switching: 'Kustomizations and HelmReleases become Applications; the repositories stay',
  homepage: 'https://fluxcd.io',
  asOf: '2026-08-07',
};
