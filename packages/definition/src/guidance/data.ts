import type { KnownTechnology } from './known.ts';

export const dataGuidance: KnownTechnology[] = [
  {
    id: 'kuberay',
    title: 'KubeRay',
    capabilities: ['data'],
    guidance: {
      purpose: 'Runs Ray clusters, jobs and model serving as Kubernetes objects.',
      licence: 'Apache-2.0',
      cncf: 'none',
      maintenance: 'active; by the Ray community, a project of the PyTorch Foundation',
      chooseWhen: 'Python programs are spread over many machines, or models are served with Ray',
      avoidWhen: 'one container serves the model well enough',
      switching: 'the programs stay Ray’s; how clusters are made is rewritten',
      homepage: 'https://docs.ray.io/en/latest/cluster/kubernetes/index.html',
      asOf: '2026-08-07',
    },
  },
];
