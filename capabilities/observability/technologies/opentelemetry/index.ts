import type { Technology } from '@slipway/definition';
import { guidance } from './guidance.ts';
import { parameters, upstream } from './upstream.ts';

/** OpenTelemetry Collector: carries traces, metrics and logs to who keeps them. */
export const opentelemetry: Technology = {
  id: 'opentelemetry',
  title: 'OpenTelemetry',
  capabilities: ['observability'],
  guidance,
  provides: [],
  requires: ['log-store'],
  parameters,
  rules: [],
  upstream,
};
