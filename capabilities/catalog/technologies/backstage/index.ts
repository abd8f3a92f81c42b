import type { Technology } from '@slipway/definition';
import { guidance } from './guidance.ts';
import { parameters, upstream } from './upstream.ts';

/** Backstage, the framework itself. */
export const backstage: Technology = {
  id: 'backstage',
  title: 'Backstage',
  capabilities: ['developer-portal'],
  guidance,
  provides: ['portal'],
  requires: [],
  parameters,
  rules: [],
  upstream,
};
