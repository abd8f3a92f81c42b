import type { Technology } from '@slipway/definition';
import { guidance } from './guidance.ts';
import { parameters, upstream } from './upstream.ts';

/** Crossplane: cloud resources as objects, and kinds of the platform’s own. */
export const crossplane: Technology = {
  id: 'crossplane',
  title: 'Crossplane',
  capabilities: ['infrastructure-as-code'],
  guidance,
  provides: [],
  requires: [],
  parameters,
  rules: [],
  upstream,
};
