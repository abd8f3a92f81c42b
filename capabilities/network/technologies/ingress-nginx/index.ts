import type { Technology } from '@slipway/definition';
import { guidance } from './guidance.ts';
import { parameters, upstream } from './upstream.ts';

/** Ingress NGINX: Ingresses with its annotations, for manifests that were written for it. Its project is retired. */
export const ingressNginx: Technology = {
  id: 'ingress-nginx',
  title: 'Ingress NGINX',
  capabilities: ['ingress'],
  guidance,
  provides: ['routes'],
  requires: [],
  parameters,
  rules: [],
  upstream,
};
