import type { Technology } from '@slipway/definition';
import { existing } from './existing.ts';
import { guidance } from './guidance.ts';
import { parameters, upstream } from './upstream.ts';

/** Jenkins, with agents that are pods. */
export const jenkins: Technology = {
  id: 'jenkins',
  title: 'Jenkins',
  capabilities: ['continuous-integration'],
  guidance,
  provides: ['pipelines'],
  requires: [],
  parameters,
  rules: [],
  upstream,
  existing,
};
