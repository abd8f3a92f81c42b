import type { Technology } from '@slipway/definition';
import { existing } from './existing.ts';
import { guidance } from './guidance.ts';
import { parameters, upstream } from './upstream.ts';

/** Prometheus with its operator: metrics, rules and alerts. */
export const prometheus: Technology = {
  id: 'prometheus',
  title: 'Prometheus',
  capabilities: ['observability'],
  guidance,
  provides: [],
  requires: [],
  parameters,
  rules: [],
  upstream,
  existing,
};
