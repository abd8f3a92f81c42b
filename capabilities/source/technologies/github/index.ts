import type { Technology } from '@slipway/definition';
import { existing } from './existing.ts';
import { guidance } from './guidance.ts';
import { wiring } from './wiring.ts';

/** GitHub, or a GitHub Enterprise of yours: nothing is installed. */
export const github: Technology = {
  id: 'github',
  title: 'GitHub',
  capabilities: ['code-repositories', 'config-repositories'],
  guidance,
  provides: ['git-server'],
  requires: [],
  parameters: { type: 'object', additionalProperties: false, properties: {} },
  rules: [],
  existing,
  wiring,
};
