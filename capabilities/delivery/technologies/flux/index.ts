import type { Technology } from '@slipway/definition';
import { guidance } from './guidance.ts';
import { parameters, upstream } from './upstream.ts';

/** Flux: Kustomizations and HelmReleases, kept as their sources say. */
export const flux: Technology = {
  id: 'flux',
  title: 'Flux',
  capabilities: ['continuous-delivery', 'packaging'],
  guidance,
  provides: ['gitops', 'git-sources'],
  requires: [],
  parameters,
  rules: [],
  upstream,
};
