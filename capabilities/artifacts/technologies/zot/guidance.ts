import type { Guidance } from '@slipway/definition';

export const guidance: Guidance = {
  purpose: 'A registry in one program that keeps plain OCI layouts on disk or in object storage.',
  licence: 'Apache-2.0',
  cncf: 'sandbox',
  maintenance: 'active; several releases a year',
  chooseWhen: 'a small registry is wanted that speaks nothing but the OCI specification',
  avoidWhen: 'people need projects, quotas and replication with a user interface: see Harbor',
  switching: 'low: every client speaks the same protocol',
  homepage: 'https://zotregistry.dev',
  asOf: '2026-08-07',
};
