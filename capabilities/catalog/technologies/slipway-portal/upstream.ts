import {
  type Granted,
  type ObjectPatch,
  PLATFORM_GIT,
  SYSTEM_NAMESPACE,
  TRUST_FILE,
  trusting,
  trustWishes,
  type Upstream,
  type UpstreamSettings,
  type Wish,
} from '@slipway/definition';
import { NAME, PORTAL_PORT } from './manifests.ts';
import { releases } from './releases.ts';

interface Parameters {
  image: string;
  replicas: number;
}

/** Slipway itself on the cluster that it manages. */
export const upstream: Upstream = {
  releases,
  namespace: SYSTEM_NAMESPACE,
  podSecurity: 'restricted',
  needs: { cpu: '200m', memory: '768Mi' },
  parameters: {
    type: 'object',
    additionalProperties: false,
    required: ['image'],
    properties: {
      image: {
        type: 'string',
        pattern: '^[^@ ]+@sha256:[0-9a-f]{64}$',
        description: 'Slipway’s image, as its Dockerfile makes it, by digest.',
      },
      replicas: {
        type: 'integer',
        minimum: 1,
        maximum: 9,
        default: 2,
        description: 'Processes; they share the work, and each serves the portal.',
      },
    },
  },
  wishes,
  patches,
  probes: settings => [
    // Whoever has no session is led to the sign-in.
    { name: 'portal', url: `${settings.url('')}/auth/login`, status: [302] },
  ],
  links: ({ url }) => [{ title: 'Portal', url: url(''), signIn: `${url('')}/auth/login` }],
};

function wishes(settings: UpstreamSettings): Wish[] {
  const portal = settings.url('');
  return [
    { name: 'route', contract: 'route', host: '', service: NAME, port: PORTAL_PORT },
    { name: 'key', contract: 'secret', secret: 'slipway-key', keys: { key: { length: 64 } } },
    {
      name: 'sign-in',
      contract: 'sign-in',
      redirects: [`${portal}/auth/callback`],
      signedOut: [`${portal}/`],
      secret: 'slipway-portal-sign-in',
    },
    {
      name: 'metrics',
      contract: 'metrics',
      optional: true,
      selector: { 'app.kubernetes.io/name': NAME },
      port: 'health',
    },
    // For our own engines: repositories of teams and environments are theirs to write.
    { name: 'git', contract: 'git', optional: true, rights: 'write', secret: PLATFORM_GIT },
    ...trustWishes(settings),
  ];
}

function patches({ parameters }: UpstreamSettings, granted: Granted): ObjectPatch[] {
  const { image, replicas } = parameters as unknown as Parameters;
  const { env, volumes, volumeMounts } = trusting(granted, 'node');
  const target = { kind: 'Deployment', name: NAME };
  const container = { name: NAME, image, env, volumeMounts };
  const merge = { spec: { replicas, template: { spec: { containers: [container], volumes } } } };
  const path = '/spec/template/spec/containers/0/args/-';
  const trust: ObjectPatch[] = [{ target, json: [{ op: 'add', path, value: `--ca=${TRUST_FILE}` }] }];
  return [{ target, merge }, ...(volumes.length > 0 ? trust : [])];
}
