import type { Guidance } from '@slipway/definition';

export const guidance: Guidance = {
  purpose: 'Routes requests to services from Ingress objects and its own annotations.',
  licence: 'Apache-2.0',
  cncf: 'archived',
  maintenance: 'retired: archived by the Kubernetes project on 24 March 2026, no security fixes since',
  chooseWhen: 'never for something new; manifests written for it have to run until they are moved',
  avoidWhen: 'it faces the internet: holes found from now on stay open',
  switching: 'ingress2gateway turns Ingresses into HTTPRoutes; snippets are rewritten by hand',
  homepage: 'https://github.com/kubernetes/ingress-nginx',
  asOf: '2026-08-07',
};
