import type { Technology } from '@slipway/definition';
import { existing } from './existing.ts';
import { guidance } from './guidance.ts';
import { wiring } from './wiring.ts';

/** A GitLab of yours, or gitlab.com: nothing is installed. */
export const gitlab: Technology = {
  id: 'gitlab',
  title: 'GitLab',
  capabilities: ['code-repositories', 'config-repositories'],
  guidance,
  provides: ['git-server'],
  requires: [],
  parameters: { type: 'object', additionalProperties: false, properties: {} },
  rules: [],
  existing,
  wiring,
};
