import {
  type Granted,
  trusting,
  trustWishes,
  type Upstream,
  type UpstreamSettings,
  type Wish,
} from '@slipway/definition';
import { releases } from './releases.ts';

interface Parameters {
  administrators: string;
  everybody: 'none' | 'read' | 'write';
  storage: string;
}

export const parameters = {
  type: 'object',
  additionalProperties: false,
  properties: {
    administrators: {
      type: 'string',
      default: 'platform-admins',
      description: 'Group whose members may push and delete everywhere.',
    },
    everybody: {
      enum: ['none', 'read', 'write'],
      default: 'read',
      description: 'What whoever is signed in may do; nobody does anything without.',
    },
    storage: {
      type: 'string',
      pattern: '^[0-9]+(Mi|Gi|Ti)$',
      default: '20Gi',
      description: 'Size of its volume; it cannot be changed later.',
    },
  },
};

const EVERYBODY = { none: [], read: ['read'], write: ['read', 'create', 'update'] };
const CREDENTIALS = '/run/zot';

/** zot: people sign in by the issuer, programs by API keys that people make. */
export const upstream: Upstream = {
  releases,
  namespace: 'zot',
  podSecurity: 'restricted',
  needs: { cpu: '100m', memory: '256Mi', storage: true },
  wishes,
  values,
  probes: ({ url }) => [{ name: 'registry asks who is there', url: `${url('registry')}/v2/`, status: [401] }],
  links: ({ url }) => {
    const home = `${url('registry')}/home`;
    const query = new URLSearchParams({ provider: 'oidc', callback_ui: home });
    return [{ title: 'zot', url: url('registry'), signIn: `${url('registry')}/zot/auth/login?${query}` }];
  },
};

function wishes(settings: UpstreamSettings): Wish[] {
  return [
    { name: 'route', contract: 'route', host: 'registry', service: 'zot', port: 5000 },
    ...trustWishes(settings),
    // Without an issuer anybody could push.
    {
      name: 'sign-in',
      contract: 'sign-in',
      redirects: [`${settings.url('registry')}/zot/auth/callback/oidc`],
      signedOut: [settings.url('registry')],
      secret: 'zot-oidc',
    },
  ];
}

function values(settings: UpstreamSettings, granted: Granted): Record<string, unknown> {
  const { storage } = parametersOf(settings);
  const { env, volumes, volumeMounts } = trusting(granted, 'go');
  return {
    image: { tag: `v${settings.version}` },
    service: { type: 'ClusterIP' },
    mountConfig: true,
    configFiles: { 'config.json': JSON.stringify(configuration(settings, granted), null, 2) },
    persistence: true,
    pvc: { create: true, storage },
    env,
    initContainers: [credentials(granted)],
    extraVolumes: [...volumes, { name: 'oidc', emptyDir: { medium: 'Memory' } }],
    extraVolumeMounts: [...volumeMounts, { name: 'oidc', mountPath: CREDENTIALS, readOnly: true }],
    resources: { requests: { cpu: '100m', memory: '256Mi' }, limits: { memory: '1Gi' } },
    podSecurityContext: {
      fsGroup: 1000,
      runAsUser: 1000,
      runAsNonRoot: true,
      seccompProfile: { type: 'RuntimeDefault' },
    },
    securityContext,
  };
}

const securityContext = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ['ALL'] },
};

function configuration(settings: UpstreamSettings, granted: Granted): Record<string, unknown> {
  const { administrators, everybody } = parametersOf(settings);
  return {
    storage: { rootDirectory: '/var/lib/registry', gc: true },
    http: {
      address: '0.0.0.0',
      port: '5000',
      externalUrl: settings.url('registry'),
      // Docker's own manifests, besides OCI's.
      compat: ['docker2s2'],
      auth: {
        apikey: true,
        openid: {
          providers: {
            oidc: {
              name: 'Slipway',
              issuer: granted['sign-in']?.issuer ?? '',
              credentialsFile: `${CREDENTIALS}/oidc.json`,
              scopes: ['openid', 'profile', 'email', 'groups'],
            },
          },
        },
      },
      accessControl: {
        repositories: { '**': { defaultPolicy: EVERYBODY[everybody] } },
        adminPolicy: { groups: [administrators], actions: ['read', 'create', 'update', 'delete'] },
      },
    },
    log: { level: 'info' },
    extensions: { search: { enable: true }, ui: { enable: true } },
  };
}

/** zot reads its client's id and secret from one file of its own form. */
function credentials(granted: Granted): Record<string, unknown> {
  const secret = granted['sign-in']?.secret ?? '';
  const form = '{"clientid":"%s","clientsecret":"%s"}';
  return {
    name: 'oidc',
    image: 'docker.io/library/busybox:1.37.0',
    command: ['sh', '-c', `printf '${form}' "$CLIENT_ID" "$CLIENT_SECRET" > /oidc/oidc.json`],
    env: [
      { name: 'CLIENT_ID', valueFrom: { secretKeyRef: { name: secret, key: 'clientId' } } },
      { name: 'CLIENT_SECRET', valueFrom: { secretKeyRef: { name: secret, key: 'clientSecret' } } },
    ],
    resources: { requests: { cpu: '10m', memory: '16Mi' }, limits: { memory: '64Mi' } },
    securityContext,
    volumeMounts: [{ name: 'oidc', mountPath: '/oidc' }],
  };
}

function parametersOf({ parameters: given }: UpstreamSettings): Parameters {
  return given as unknown as Parameters;
}
