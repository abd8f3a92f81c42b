import type { Technology } from '@slipway/definition';
import { guidance } from './guidance.ts';
import { parameters, upstream } from './upstream.ts';

/** CloudNativePG: PostgreSQL clusters as objects. */
export const postgres: Technology = {
  id: 'postgres',
  title: 'PostgreSQL (CloudNativePG)',
  capabilities: ['data'],
  guidance,
  provides: [],
  requires: [],
  parameters,
  rules: [],
  upstream,
};
