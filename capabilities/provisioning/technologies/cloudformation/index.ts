import type { Technology } from '@slipway/definition';
import { guidance } from './guidance.ts';
import { parameters, upstream } from './upstream.ts';

/** CloudFormation as a controller: stacks from templates in Git. */
export const cloudformation: Technology = {
  id: 'cloudformation',
  title: 'AWS CloudFormation',
  capabilities: ['infrastructure-as-code'],
  guidance,
  provides: [],
  requires: ['git-sources'],
  parameters,
  rules: [],
  upstream,
};
