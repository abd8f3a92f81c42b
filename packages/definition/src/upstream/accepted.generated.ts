// Written by `npm run prove -- --write`: what the real API server took, release by release.
export const ACCEPTED: Record<string, { kubernetes: string; versions: string[] }> = {
  'argo-cd': { kubernetes: '1.36', versions: ['3.5.1', '3.4.7'] },
  'argo-workflows': { kubernetes: '1.36', versions: ['4.1.2', '4.0.10'] },
  backstage: { kubernetes: '1.36', versions: ['1.55.2', '1.53.1'] },
  'cert-manager': { kubernetes: '1.36', versions: ['1.21.1', '1.20.3'] },
  cloudformation: { kubernetes: '1.36', versions: ['0.2.23', '0.2.22'] },
  consul: { kubernetes: '1.36', versions: ['2.0.3', '1.22.7'] },
  crossplane: { kubernetes: '1.36', versions: ['2.3.4', '2.2.4'] },
};
