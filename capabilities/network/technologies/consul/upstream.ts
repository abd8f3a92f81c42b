import type { Upstream } from '@slipway/definition';
import { releases } from './releases.ts';

interface Parameters {
  replicas: 1 | 3 | 5;
  storage: string;
  mesh: boolean;
}

export const parameters = {
  type: 'object',
  additionalProperties: false,
  properties: {
    replicas: { type: 'integer', enum: [1, 3, 5], default: 3, description: 'Servers; an odd number agrees.' },
    storage: {
      type: 'string',
      pattern: '^[0-9]+(Mi|Gi|Ti)$',
      default: '10Gi',
      description: 'Of each server.',
    },
    mesh: {
      type: 'boolean',
      default: true,
      description:
        'Whether pods that ask for it (consul.hashicorp.com/connect-inject) get a sidecar of the mesh.',
    },
  },
};

const DATACENTER = 'dc1';
const SERVER = { app: 'consul', component: 'server' };

export const upstream: Upstream = {
  releases,
  namespace: 'consul',
  podSecurity: 'restricted',
  needs: { cpu: '500m', memory: '850Mi', storage: true },
  wishes: () => [
    {
      name: 'gossip',
      contract: 'secret',
      secret: 'consul-gossip',
      // Consul wants 16, 24 or 32 bytes in base64: these letters are 24 of them.
      keys: { key: { length: 32, alphabet: 'alphanumeric' } },
    },
    {
      name: 'server',
      contract: 'certificate',
      secret: 'consul-server-tls',
      dnsNames: [
        `server.${DATACENTER}.consul`,
        'localhost',
        'consul-server',
        '*.consul-server',
        'consul-server.consul',
        '*.consul-server.consul',
        'consul-server.consul.svc',
        '*.consul-server.consul.svc',
      ],
    },
    {
      name: 'metrics',
      contract: 'metrics',
      optional: true,
      selector: SERVER,
      port: 'http',
      path: '/v1/agent/metrics',
    },
  ],
  values: ({ parameters }) => {
    const { replicas, storage, mesh } = parameters as unknown as Parameters;
    return {
      global: {
        name: 'consul',
        datacenter: DATACENTER,
        gossipEncryption: { secretName: 'consul-gossip', secretKey: 'key' },
        tls: {
          enabled: true,
          httpsOnly: false,
          caCert: { secretName: 'consul-server-tls', secretKey: 'ca.crt' },
        },
        metrics: { enabled: true, enableAgentMetrics: true, disableAgentHostName: true },
      },
      server: { replicas, storage, serverCert: { secretName: 'consul-server-tls' } },
      ui: { enabled: true },
      connectInject: {
        enabled: mesh,
        default: false,
        // The kinds of Gateway API belong to the ingress technology.
        apiGateway: { manageExternalCRDs: false },
      },
    };
  },
};
