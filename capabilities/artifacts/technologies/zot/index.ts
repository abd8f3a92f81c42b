import type { Technology } from '@slipway/definition';
import { existing } from '../../existing/registry.ts';
import { guidance } from './guidance.ts';
import { parameters, upstream } from './upstream.ts';

/** zot: a registry in one program. */
export const zot: Technology = {
  id: 'zot',
  title: 'zot',
  capabilities: ['artifact-registries'],
  guidance,
  provides: ['oci-registry'],
  requires: [],
  parameters,
  rules: [],
  upstream,
  existing,
};
