import type { ObjectPatch, Upstream, UpstreamSettings, Wish } from '@slipway/definition';
import { NAME, SECRET, USER } from './manifests.ts';
import { releases } from './releases.ts';

interface Parameters {
  storage: string;
  memory: string;
}

/** CNCF Distribution. It signs nobody in: one user with a generated password pushes and pulls. */
export const upstream: Upstream = {
  releases,
  namespace: 'registry',
  podSecurity: 'restricted',
  needs: { cpu: '100m', memory: '128Mi', storage: true },
  parameters: {
    type: 'object',
    additionalProperties: false,
    properties: {
      storage: {
        type: 'string',
        pattern: '^[0-9]+(Mi|Gi|Ti)$',
        default: '20Gi',
        description: 'Size of the volume with images.',
      },
      memory: {
        type: 'string',
        pattern: '^[0-9]+(Mi|Gi)$',
        default: '512Mi',
        description: 'The most memory it may have.',
      },
    },
  },
  wishes,
  patches,
  probes: ({ url }) => [{ name: 'registry asks who is there', url: `${url('registry')}/v2/`, status: [401] }],
};

function wishes(): Wish[] {
  return [
    { name: 'route', contract: 'route', host: 'registry', service: NAME, port: 5000 },
    {
      name: 'user',
      contract: 'secret',
      secret: SECRET,
      keys: { username: { text: USER }, password: { length: 32 }, httpSecret: { length: 32 } },
    },
    {
      name: 'metrics',
      contract: 'metrics',
      optional: true,
      selector: { 'app.kubernetes.io/name': NAME },
      port: 'debug',
    },
  ];
}

function patches({ parameters }: UpstreamSettings): ObjectPatch[] {
  const { storage, memory } = parameters as unknown as Parameters;
  const containers = [{ name: NAME, resources: { limits: { memory } } }];
  return [
    {
      target: { kind: 'PersistentVolumeClaim', name: NAME },
      merge: { spec: { resources: { requests: { storage } } } },
    },
    { target: { kind: 'Deployment', name: NAME }, merge: { spec: { template: { spec: { containers } } } } },
  ];
}
