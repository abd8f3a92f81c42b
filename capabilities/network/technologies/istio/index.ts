import type { Technology } from '@slipway/definition';
import { guidance } from './guidance.ts';
import { parameters, upstream } from './upstream.ts';

/** Istio in ambient mode: mutual TLS between services without sidecars. */
export const istio: Technology = {
  id: 'istio',
  title: 'Istio',
  capabilities: ['mesh'],
  guidance,
  provides: [],
  requires: [],
  parameters,
  rules: [],
  upstream,
};
