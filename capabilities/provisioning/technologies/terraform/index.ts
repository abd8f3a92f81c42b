import type { Technology } from '@slipway/definition';
import { guidance } from './guidance.ts';
import { parameters, upstream } from './upstream.ts';

/** Terraform as a controller (tofu-controller): modules from Git, planned and applied by OpenTofu. */
export const terraform: Technology = {
  id: 'terraform',
  title: 'Terraform',
  capabilities: ['infrastructure-as-code'],
  guidance,
  provides: [],
  requires: ['git-sources'],
  parameters,
  rules: [],
  upstream,
};
