import type { Technology } from '@slipway/definition';
import { guidance } from './guidance.ts';
import { parameters, upstream } from './upstream.ts';

/** Loki: logs by their labels. */
export const loki: Technology = {
  id: 'loki',
  title: 'Grafana Loki',
  capabilities: ['observability'],
  guidance,
  provides: ['log-store'],
  requires: [],
  parameters,
  rules: [],
  upstream,
};
