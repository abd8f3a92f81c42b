import type { Guidance } from '@slipway/definition';

export const guidance: Guidance = {
  purpose: 'PostgreSQL clusters as Kubernetes objects: replicas, failover, backups, restore to a moment.',
  licence: 'Apache-2.0; PostgreSQL itself under the PostgreSQL licence',
  cncf: 'sandbox',
  maintenance: 'active; a release every few months',
  chooseWhen: 'services need a database each, made and removed with them, on your own clusters',
  avoidWhen: 'a cloud’s managed database is at hand and nobody wants to care for backups',
  switching: 'low for programs: the protocol is PostgreSQL’s; data moves by dump or replication',
  homepage: 'https://cloudnative-pg.io',
  asOf: '2026-08-07',
};
