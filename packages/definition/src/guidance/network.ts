import type { KnownTechnology } from './known.ts';

export const networkGuidance: KnownTechnology[] = [
  {
    id: 'dns',
    title: 'DNS (CoreDNS)',
    capabilities: ['service-discovery'],
    guidance: {
      purpose: 'Services find each other by name; on a cluster CoreDNS answers for cluster.local.',
      licence: 'Apache-2.0',
      cncf: 'graduated',
      maintenance: 'active; a release every few months',
      chooseWhen: 'always: every program speaks DNS',
      avoidWhen: 'callers must know the health of each instance, or services live on many networks',
      switching: 'low: names stay, whoever answers',
      homepage: 'https://coredns.io',
      asOf: '2026-08-07',
    },
  },
  {
    id: 'etcd',
    title: 'etcd',
    capabilities: ['service-discovery'],
    guidance: {
      purpose: 'Keeps small values consistently on several machines and tells watchers of changes.',
      licence: 'Apache-2.0',
      cncf: 'graduated',
      maintenance: 'active; a Kubernetes SIG since 2023',
      chooseWhen: 'a program of your own needs leases, locks and watches that survive a machine',
      avoidWhen: 'services only need to find each other: DNS is enough',
      switching: 'high: programs call its API',
      homepage: 'https://etcd.io',
      asOf: '2026-08-07',
    },
  },
];
