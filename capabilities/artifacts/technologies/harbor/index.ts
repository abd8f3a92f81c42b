import type { Technology } from '@slipway/definition';
import { existing } from '../../existing/registry.ts';
import { guidance } from './guidance.ts';
import { parameters, upstream } from './upstream.ts';

/** Harbor: a registry with projects, scanning and replication. */
export const harbor: Technology = {
  id: 'harbor',
  title: 'Harbor',
  capabilities: ['artifact-registries'],
  guidance,
  provides: ['oci-registry'],
  requires: [],
  parameters,
  rules: [],
  upstream,
  existing,
};
