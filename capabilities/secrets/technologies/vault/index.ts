import type { Technology } from '@slipway/definition';
import { existing } from './existing.ts';
import { guidance } from './guidance.ts';
import { parameters, upstream } from './upstream.ts';

/** Vault: keeps, leases, rotates and revokes secrets. */
export const vault: Technology = {
  id: 'vault',
  title: 'HashiCorp Vault',
  capabilities: ['secret-repositories', 'secret-management'],
  guidance,
  provides: [],
  requires: [],
  parameters,
  rules: [],
  upstream,
  existing,
};
