import type { Guidance } from '@slipway/definition';

export const guidance: Guidance = {
  purpose: 'A registry with projects, scanning, signatures, quotas and replication between sites.',
  licence: 'Apache-2.0',
  cncf: 'graduated',
  maintenance: 'active; minor releases a few times a year',
  chooseWhen: 'many teams and sites share one registry, and policy decides what may be pulled',
  avoidWhen: 'one platform builds and runs its own images: it is several services and a database',
  switching: 'low: copy the images by digest and change the registry’s name',
  homepage: 'https://goharbor.io',
  asOf: '2026-08-07',
};
