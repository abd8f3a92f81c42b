import type { Guidance } from '@slipway/definition';

export const guidance: Guidance = {
  purpose: 'Keeps, leases, rotates and revokes secrets, each access by policy and in an audit log.',
  licence: 'BUSL-1.1 since version 1.15; MPL-2.0 before',
  cncf: 'none',
  maintenance: 'active; by HashiCorp, a company of IBM',
  chooseWhen: 'secrets are made on demand for databases and clouds, or many platforms share one store',
  avoidWhen: 'the licence does not fit, or nobody can care for unsealing and its storage: see OpenBao',
  switching: 'low where External Secrets stands between; high where programs call its API',
  homepage: 'https://www.vaultproject.io',
  asOf: '2026-08-07',
};
