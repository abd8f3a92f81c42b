import type { Technology } from '@slipway/definition';
import { guidance } from './guidance.ts';
import { parameters, upstream } from './upstream.ts';

/** External Secrets: Secrets from a store, or generated. */
export const externalSecrets: Technology = {
  id: 'external-secrets',
  title: 'External Secrets Operator',
  capabilities: ['secret-management'],
  guidance,
  provides: [],
  requires: [],
  parameters,
  rules: [],
  upstream,
};
