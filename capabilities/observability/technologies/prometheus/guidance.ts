import type { Guidance } from '@slipway/definition';

export const guidance: Guidance = {
  purpose: 'Collects metrics by asking, keeps them, answers queries and raises alerts.',
  licence: 'Apache-2.0',
  cncf: 'graduated',
  maintenance: 'active; a release about every six weeks',
  chooseWhen: 'metrics and alerts for a cluster: nearly everything exposes its format',
  avoidWhen: 'years of history of many clusters are wanted in one place: add a store for that',
  switching: 'low: many stores take its format and its query language',
  homepage: 'https://prometheus.io',
  asOf: '2026-08-07',
};
