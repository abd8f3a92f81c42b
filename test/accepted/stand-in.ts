// Grants whatever a tool wishes, so that one tool at a time can be tried: what wiring does is tried elsewhere.
import type { AnyObject } from '@slipway/api';
import type { Contract, Grant, Technology, Wish, Wisher } from '@slipway/definition';

const CONTRACTS: Contract[] = ['route', 'certificate', 'sign-in', 'metrics', 'dashboard'];

/** A technology that provides what `tool` requires and grants every contract with a ConfigMap that says so. */
export function standInFor(tool: Technology): Technology {
  return {
    id: 'stand-in',
    title: 'Stand-in',
    capabilities: ['deployment-targets'],
    guidance: tool.guidance,
    provides: tool.requires,
    requires: [],
    parameters: { type: 'object', properties: {} },
    rules: [],
    upstream: {
      namespace: 'stand-in',
      releases: [
        {
          version: '1.0.0',
          form: 'manifests',
          parts: [{ at: '', files: {} }],
          digest: 'sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
        },
      ],
      grants: Object.fromEntries(CONTRACTS.map(contract => [contract, granted])),
    },
  };
}

function granted(wish: Wish, { component, namespace }: Wisher): Grant {
  const name = `${component}-${wish.contract}-${wish.name}`.toLowerCase().replaceAll(/[^a-z0-9-]/g, '-');
  const seen: AnyObject = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace: wish.optional ? 'stand-in' : namespace },
    data: { contract: wish.contract },
  };
  return { objects: [seen, ...secretsOf(wish, namespace)], facts: factsOf(wish) };
}

function factsOf(wish: Wish): Record<string, string> {
  if (wish.contract === 'certificate' || wish.contract === 'secret') return { secret: wish.secret };
  if (wish.contract !== 'sign-in') return {};
  return { issuer: 'https://id.acme.example/realms/acme', clientId: wish.name, secret: wish.secret };
}

function secretsOf(wish: Wish, namespace: string): AnyObject[] {
  if (wish.contract !== 'certificate' && wish.contract !== 'sign-in') return [];
  const keys =
    wish.contract === 'certificate'
      ? ['tls.crt', 'tls.key', 'ca.crt']
      : Object.values({ clientId: 'clientId', clientSecret: 'clientSecret', issuer: 'issuer', ...wish.keys });
  return [
    {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: wish.secret, namespace },
      stringData: Object.fromEntries(keys.map(key => [key, 'stand-in'])),
    },
  ];
}
