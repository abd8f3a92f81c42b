import type { Technology } from '@slipway/definition';
import { guidance } from './guidance.ts';
import { parameters, upstream } from './upstream.ts';

/** Consul: a registry of services, with DNS and a mesh. */
export const consul: Technology = {
  id: 'consul',
  title: 'HashiCorp Consul',
  capabilities: ['service-discovery', 'mesh'],
  guidance,
  provides: [],
  requires: [],
  parameters,
  rules: [],
  upstream,
};
