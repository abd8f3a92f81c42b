import type { AnyObject } from '@slipway/api';
import type { ObjectPatch, Upstream, UpstreamSettings, Wish } from '@slipway/definition';
import { releases } from './releases.ts';

interface Parameters {
  replicas: number;
  keys: { images: string; key: string }[];
  mode: 'enforce' | 'warn';
}

/** Sigstore's policy controller: namespaces that ask for it run only images with a signature that a policy names. */
export const upstream: Upstream = {
  releases,
  namespace: 'cosign-system',
  podSecurity: 'restricted',
  needs: { cpu: '200m', memory: '256Mi' },
  parameters: {
    type: 'object',
    additionalProperties: false,
    properties: {
      replicas: {
        type: 'integer',
        minimum: 1,
        maximum: 5,
        default: 2,
        description: 'Replicas of the webhook: while none answers, pods of those namespaces are refused.',
      },
      keys: {
        type: 'array',
        default: [],
        items: {
          type: 'object',
          additionalProperties: false,
          required: ['images', 'key'],
          properties: {
            images: { type: 'string', description: 'Images by name: `registry.example/team/**`.' },
            key: { type: 'string', description: 'Public key in PEM that signed them.' },
          },
        },
        description:
          'Whose signatures count; namespaces with the label policy.sigstore.dev/include=true ask.',
      },
      mode: {
        enum: ['enforce', 'warn'],
        default: 'enforce',
        description:
          'Whether an image without such a signature is refused, or whoever makes the pod is warned.',
      },
    },
  },
  wishes,
  values,
  patches,
  objects,
};

function wishes(): Wish[] {
  const selector = { 'app.kubernetes.io/name': 'policy-controller' };
  return [{ name: 'metrics', contract: 'metrics', optional: true, selector, port: 'metrics' }];
}

function values(settings: UpstreamSettings): Record<string, unknown> {
  const { replicas } = settings.parameters as unknown as Parameters;
  return {
    webhook: {
      replicaCount: replicas,
      failurePolicy: 'Fail',
      podDisruptionBudget: { enabled: replicas > 1, minAvailable: 1 },
    },
  };
}

/** What the level `restricted` wants and the chart has no value for. */
function patches(): ObjectPatch[] {
  const securityContext = { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } };
  return [
    {
      target: { kind: 'Deployment' },
      merge: { spec: { template: { spec: { securityContext } } } },
    },
  ];
}

function objects(settings: UpstreamSettings): AnyObject[] {
  const { keys, mode } = settings.parameters as unknown as Parameters;
  return keys.map(({ images, key }, index) => ({
    apiVersion: 'policy.sigstore.dev/v1beta1',
    kind: 'ClusterImagePolicy',
    metadata: { name: `platform-${index + 1}` },
    spec: {
      mode,
      images: [{ glob: images }],
      authorities: [{ name: 'platform', key: { data: key, hashAlgorithm: 'sha256' } }],
    },
  }));
}
