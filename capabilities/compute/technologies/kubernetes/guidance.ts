import type { Guidance } from '@slipway/definition';

export const guidance: Guidance = {
  purpose: 'Runs containers: declares what should run, and keeps it so.',
  licence: 'Apache-2.0',
  cncf: 'graduated',
  maintenance: 'Released three times a year; each release is maintained for about 14 months.',
  chooseWhen: 'Always: every other capability here meets it through its API.',
  avoidWhen: 'A single program on a single machine is all there will ever be.',
  switching:
    'Embedded to a cluster: the same manifests. Away from Kubernetes: everything that deploys changes.',
  homepage: 'https://kubernetes.io',
  asOf: '2026-08-07',
};
