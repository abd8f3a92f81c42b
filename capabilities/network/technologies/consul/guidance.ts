import type { Guidance } from '@slipway/definition';

export const guidance: Guidance = {
  purpose: 'A registry of services with health checks, DNS, configuration and a mesh, on any machine.',
  licence: 'BUSL-1.1 since version 1.17; MPL-2.0 before',
  cncf: 'none',
  maintenance: 'active; by HashiCorp, a company of IBM',
  chooseWhen: 'services run on virtual machines and on clusters, and have to find each other',
  avoidWhen: 'everything runs in one cluster: its DNS does that already',
  switching: 'names can stay; health checks, intentions and keys are rewritten',
  homepage: 'https://www.consul.io',
  asOf: '2026-08-07',
};
