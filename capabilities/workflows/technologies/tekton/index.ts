import type { Technology } from '@slipway/definition';
import { guidance } from './guidance.ts';
import { parameters, upstream } from './upstream.ts';

/** Tekton Pipelines: tasks and pipelines as Kubernetes objects. */
export const tekton: Technology = {
  id: 'tekton',
  title: 'Tekton',
  capabilities: ['workflow-orchestration', 'continuous-integration'],
  guidance,
  provides: ['pipelines'],
  requires: [],
  parameters,
  rules: [],
  upstream,
};
