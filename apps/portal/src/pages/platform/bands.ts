import type { Capability, Component } from '@slipway/kinds';

/** The map as people read it: what software is made of, what runs and watches it, where it is reached. */
const BANDS: { title: string; ids: string[] }[] = [
  {
    title: 'From code to artifact',
    ids: [
      'code-repositories',
      'config-repositories',
      'packaging',
      'continuous-integration',
      'artifact-registries',
      'signing',
    ],
  },
  {
    title: 'Delivery and infrastructure',
    ids: [
      'continuous-delivery',
      'workflow-orchestration',
      'infrastructure-as-code',
      'compute-platform',
      'deployment-targets',
      'data',
    ],
  },
  {
    title: 'Access and safety',
    ids: [
      'identity',
      'secret-repositories',
      'secret-management',
      'certificates',
      'validation',
      'observability',
    ],
  },
  { title: 'Reach', ids: ['developer-portal', 'ingress', 'service-discovery', 'mesh'] },
];

export interface Band {
  title: string;
  capabilities: Capability[];
}

/** Every capability in its band; what no band names stands in the last. */
export function bandsOf(capabilities: Capability[]): Band[] {
  const named = new Set(BANDS.flatMap(({ ids }) => ids));
  const byOrder = [...capabilities].sort((a, b) => a.spec.order - b.spec.order);
  const rest = byOrder.filter(({ metadata }) => !named.has(metadata.name ?? ''));
  return BANDS.map(({ title, ids }, index) => ({
    title,
    capabilities: [
      ...ids.flatMap(id => capabilities.find(({ metadata }) => metadata.name === id) ?? []),
      ...(index === BANDS.length - 1 ? rest : []),
    ],
  }));
}

/** Components chosen for a capability. */
export function chosenFor(capability: string, components: Component[]): Component[] {
  return components.filter(({ spec }) => spec.capabilities.includes(capability));
}
