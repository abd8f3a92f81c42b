import type { Guidance } from '@slipway/definition';

export const guidance: Guidance = {
  purpose: 'Writes names of Services, Ingresses and routes into a DNS server outside of the cluster.',
  licence: 'Apache-2.0',
  cncf: 'none',
  maintenance: 'active; a Kubernetes SIG Network project, a release about every three months',
  chooseWhen: 'addresses of the platform change, or nobody shall write records by hand',
  avoidWhen: 'one wildcard record that points to the ingress is enough: it is written once',
  switching: 'low: records stay where they are; ownership is noted in TXT records beside them',
  homepage: 'https://kubernetes-sigs.github.io/external-dns/',
  asOf: '2026-11-21',
};
