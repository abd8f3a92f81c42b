import type { KnownTechnology } from './known.ts';

export const secretGuidance: KnownTechnology[] = [
  {
    id: 'vault',
    title: 'HashiCorp Vault',
    capabilities: ['secret-repositories', 'secret-management'],
    guidance: {
      purpose: 'Keeps, leases, rotates and revokes secrets, each access by policy and in an audit log.',
      licence: 'BUSL-1.1 since version 1.15; MPL-2.0 before',
      cncf: 'none',
      maintenance: 'active; by HashiCorp, a company of IBM',
      chooseWhen: 'secrets are made on demand for databases and clouds, or many platforms share one store',
      avoidWhen: 'the licence does not fit, or nobody can care for unsealing and its storage: see OpenBao',
      switching: 'low where External Secrets stands between; high where programs call its API',
      homepage: 'https://www.vaultproject.io',
      asOf: '2026-08-07',
    },
  },
  {
    id: 'openbao',
    title: 'OpenBao',
    capabilities: ['secret-repositories', 'secret-management'],
    guidance: {
      purpose: 'A fork of Vault from before its change of licence, with the same API.',
      licence: 'MPL-2.0',
      cncf: 'none',
      maintenance: 'active; a project of the OpenSSF',
      chooseWhen: 'Vault’s API is wanted under an open-source licence',
      avoidWhen: 'features that Vault got after version 1.14 are needed; compare them first',
      switching: 'low from and to Vault 1.14; later versions differ',
      homepage: 'https://openbao.org',
      asOf: '2026-08-07',
    },
  },
  {
    id: 'external-secrets',
    title: 'External Secrets Operator',
    capabilities: ['secret-management'],
    guidance: {
      purpose: 'Brings secrets from an outside store into Kubernetes Secrets and keeps them current.',
      licence: 'Apache-2.0',
      cncf: 'sandbox',
      maintenance: 'active again: releases were paused in August 2025 for want of maintainers, and went on',
      chooseWhen: 'secrets live in a store outside, and programs read plain Secrets or files',
      avoidWhen: 'a secret may not lie in the cluster’s own storage even encrypted: mount it instead',
      switching: 'low: programs read Secrets whoever writes them; the references are rewritten',
      homepage: 'https://external-secrets.io',
      asOf: '2026-08-07',
    },
  },
];
