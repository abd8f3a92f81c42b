import type { Guidance } from '@slipway/definition';

export const guidance: Guidance = {
  purpose: 'Makes cloud resources Kubernetes objects, and lets a platform offer its own kinds of them.',
  licence: 'Apache-2.0',
  cncf: 'graduated',
  maintenance: 'active; version 2 since August 2025',
  chooseWhen: 'teams order infrastructure by the same API, rights and Git flow as everything else',
  avoidWhen: 'infrastructure is set up once by a few experts: a plan to read first is worth more',
  switching: 'resources are taken over by their cloud ids; compositions are rewritten',
  homepage: 'https://www.crossplane.io',
  asOf: '2026-08-07',
};
