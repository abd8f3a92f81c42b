import type { Guidance } from '@slipway/definition';

export const guidance: Guidance = {
  purpose: 'Routes requests from outside to services: hosts, paths, headers, weights, TLS.',
  licence: 'Apache-2.0',
  cncf: 'none',
  maintenance: 'active; a Kubernetes SIG Network project, with many implementations',
  chooseWhen: 'always, for new routes: it is the successor of Ingress',
  avoidWhen: 'existing manifests are Ingresses only; they are served as well',
  switching: 'low: routes are standard, implementations are exchangeable',
  homepage: 'https://gateway-api.sigs.k8s.io',
  asOf: '2026-08-07',
};
