import type { Technology } from '@slipway/definition';
import { guidance } from './guidance.ts';
import { parameters, upstream } from './upstream.ts';

/** Grafana: dashboards over what others keep. */
export const grafana: Technology = {
  id: 'grafana',
  title: 'Grafana',
  capabilities: ['observability'],
  guidance,
  provides: [],
  requires: [],
  parameters,
  rules: [],
  upstream,
};
