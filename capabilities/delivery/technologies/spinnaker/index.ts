import type { Technology } from '@slipway/definition';
import { guidance } from './guidance.ts';
import { parameters, upstream } from './upstream.ts';

/** Spinnaker: pipelines that release to many places. */
export const spinnaker: Technology = {
  id: 'spinnaker',
  title: 'Spinnaker',
  capabilities: ['continuous-delivery', 'workflow-orchestration'],
  guidance,
  provides: ['pipelines'],
  requires: [],
  parameters,
  rules: [],
  upstream,
};
