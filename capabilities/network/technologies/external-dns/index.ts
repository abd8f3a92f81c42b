import type { Technology } from '@slipway/definition';
import { guidance } from './guidance.ts';
import { parameters, upstream } from './upstream.ts';

/** ExternalDNS: names in a DNS server for what the cluster exposes. */
export const externalDns: Technology = {
  id: 'external-dns',
  title: 'ExternalDNS',
  capabilities: ['service-discovery'],
  guidance,
  provides: [],
  requires: [],
  parameters,
  rules: [],
  upstream,
};
