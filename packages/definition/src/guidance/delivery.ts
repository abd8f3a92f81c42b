import type { KnownTechnology } from './known.ts';

export const deliveryGuidance: KnownTechnology[] = [
  {
    id: 'helm',
    title: 'Helm',
    capabilities: ['packaging'],
    guidance: {
      purpose: 'Packages manifests as charts with values, versions and dependencies.',
      licence: 'Apache-2.0',
      cncf: 'graduated',
      maintenance: 'active; version 4 since November 2025, version 3 still gets fixes',
      chooseWhen: 'software of others is installed: most of it comes as a chart',
      avoidWhen: 'a few manifests of your own differ by a few fields: templates of text are hard to read',
      switching: 'render the chart once and keep the manifests; values become patches',
      homepage: 'https://helm.sh',
      asOf: '2026-08-07',
    },
  },
  {
    id: 'kustomize',
    title: 'Kustomize',
    capabilities: ['packaging'],
    guidance: {
      purpose: 'Builds manifests from a base and patches for each environment, without templates.',
      licence: 'Apache-2.0',
      cncf: 'graduated',
      maintenance: 'active; a Kubernetes SIG CLI project, and part of kubectl',
      chooseWhen: 'your own manifests differ a little from environment to environment',
      avoidWhen: 'strangers shall install your software with parameters: that is what charts are for',
      switching: 'low: what it builds are plain manifests',
      homepage: 'https://kustomize.io',
      asOf: '2026-08-07',
    },
  },
];
