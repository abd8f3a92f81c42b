import type { Guidance } from '@slipway/definition';

export const guidance: Guidance = {
  purpose: 'Encrypts, authorizes, shifts and measures traffic between services, with or without sidecars.',
  licence: 'Apache-2.0',
  cncf: 'graduated',
  maintenance: 'active; about four releases a year',
  chooseWhen: 'mutual TLS between all services and rules for traffic are required, not only wished for',
  avoidWhen: 'a handful of services: a mesh is one more thing to run and to understand',
  switching: 'routes written as Gateway API move; its own kinds are rewritten',
  homepage: 'https://istio.io',
  asOf: '2026-08-07',
};
