import type { Technology } from '@slipway/definition';
import { guidance } from './guidance.ts';
import { parameters, upstream } from './upstream.ts';

/** Kyverno: policies as objects. */
export const kyverno: Technology = {
  id: 'kyverno',
  title: 'Kyverno',
  capabilities: ['validation'],
  guidance,
  provides: [],
  requires: [],
  parameters,
  rules: [],
  upstream,
};
