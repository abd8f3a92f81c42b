import { AWS_ROLE, type Upstream } from '@slipway/definition';
import { releases } from './releases.ts';

interface Parameters {
  replicas: 1 | 3 | 5;
  storage: string;
  unseal?: { region: string; keyId: string; role?: string };
}

export const parameters = {
  type: 'object',
  additionalProperties: false,
  properties: {
    replicas: { type: 'integer', enum: [1, 3, 5], default: 1, description: 'Servers; an odd number agrees.' },
    storage: {
      type: 'string',
      pattern: '^[0-9]+(Mi|Gi|Ti)$',
      default: '10Gi',
      description: 'Of each server.',
    },
    unseal: {
      type: 'object',
      additionalProperties: false,
      required: ['region', 'keyId'],
      description:
        'A key of AWS KMS opens it when it starts; absent: people do, with their shares of its key.',
      properties: {
        region: { type: 'string', pattern: '^[a-z]{2}(-[a-z]+)+-[0-9]$' },
        keyId: { type: 'string', pattern: '^[A-Za-z0-9:/_-]+$' },
        role: {
          type: 'string',
          pattern: AWS_ROLE,
          description: 'IAM role of its ServiceAccount; absent: what the nodes may.',
        },
      },
    },
  },
};

/** Also of one that is sealed: who opens it has to reach it first. */
const HEALTH = '/v1/sys/health?standbyok=true&perfstandbyok=true&sealedcode=204&uninitcode=204';

export const upstream: Upstream = {
  releases,
  namespace: 'vault',
  needs: { cpu: '100m', memory: '256Mi', storage: true },
  wishes: () => [{ name: 'web', contract: 'route', host: 'vault', service: 'vault', port: 8200 }],
  values: ({ parameters }) => {
    const { replicas, storage, unseal } = parameters as unknown as Parameters;
    return {
      global: { tlsDisable: true },
      injector: { enabled: false },
      csi: { enabled: false },
      ui: { enabled: true },
      server: {
        resources: { requests: { cpu: '100m', memory: '256Mi' } },
        readinessProbe: { enabled: true, path: HEALTH },
        dataStorage: { enabled: true, size: storage },
        auditStorage: { enabled: true, size: storage },
        standalone: { enabled: false },
        ha: {
          enabled: true,
          replicas,
          raft: { enabled: true, setNodeId: true, config: configOf(replicas, unseal) },
          disruptionBudget: { enabled: replicas > 1 },
        },
        statefulSet: { securityContext: RESTRICTED },
        ...(unseal?.role
          ? { serviceAccount: { annotations: { 'eks.amazonaws.com/role-arn': unseal.role } } }
          : {}),
      },
    };
  },
  probes: ({ url }) => [
    {
      name: 'Vault answers; it may be sealed',
      url: `${url('vault')}/v1/sys/seal-status`,
      contains: '"sealed"',
    },
  ],
  // It has its own ways to sign in: how people do is configured in it.
  links: ({ url }) => [{ title: 'Vault', url: `${url('vault')}/ui/` }],
};

const RESTRICTED = {
  pod: {
    runAsNonRoot: true,
    runAsUser: 100,
    runAsGroup: 1000,
    fsGroup: 1000,
    seccompProfile: { type: 'RuntimeDefault' },
  },
  container: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
};

/** Vault's own configuration. TLS ends at the gateway; inside, network policies say who may ask. */
function configOf(replicas: number, unseal: Parameters['unseal']): string {
  const peers = Array.from(
    { length: replicas },
    (_none, index) => `http://vault-${index}.vault-internal:8200`,
  );
  const blocks = [
    'ui = true',
    'disable_mlock = true',
    'listener "tcp" {\n  tls_disable = 1\n  address = "[::]:8200"\n  cluster_address = "[::]:8201"\n}',
    `storage "raft" {\n  path = "/vault/data"\n${peers.map(peer => `  retry_join {\n    leader_api_addr = "${peer}"\n  }\n`).join('')}}`,
    'service_registration "kubernetes" {}',
    ...(unseal
      ? [`seal "awskms" {\n  region = "${unseal.region}"\n  kms_key_id = "${unseal.keyId}"\n}`]
      : []),
  ];
  return `${blocks.join('\n')}\n`;
}
