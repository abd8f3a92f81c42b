import {
  type Granted,
  type ObjectPatch,
  postgresObjects,
  trustWishes,
  type Upstream,
  type UpstreamSettings,
  type Wish,
} from '@slipway/definition';
import { htpasswd } from '../../htpasswd.ts';
import { releases } from './releases.ts';

interface Parameters {
  administrators: string;
  scanning: boolean;
  storage: string;
  databaseStorage: string;
}

const SECRETS = 'harbor-secrets';
const DATABASE = 'harbor-database';
/** How Harbor's core signs in to the registry behind it. */
const REGISTRY_USER = 'harbor';
/** Harbor's images run as this user. */
const USER = 10_000;

const size = { type: 'string', pattern: '^[0-9]+(Mi|Gi|Ti)$' };

export const parameters = {
  type: 'object',
  additionalProperties: false,
  properties: {
    administrators: {
      type: 'string',
      default: 'platform-admins',
      description: 'Group whose members administer Harbor.',
    },
    scanning: {
      type: 'boolean',
      default: true,
      description: 'Whether images are scanned by Trivy; it fetches its database from the internet.',
    },
    storage: { ...size, default: '20Gi', description: 'Size of the volume with images.' },
    databaseStorage: { ...size, default: '4Gi', description: 'Size of the volume of its own PostgreSQL.' },
  },
};

/** Harbor from its own chart; TLS ends at the gateway, and no password stands in a value. */
export const upstream: Upstream = {
  releases,
  namespace: 'harbor',
  podSecurity: 'restricted',
  needs: { cpu: '1050m', memory: '1664Mi', storage: true },
  wishes,
  values,
  patches,
  probes: ({ url }) => [
    { name: 'API', url: `${url('registry')}/api/v2.0/ping`, contains: 'Pong' },
    { name: 'registry asks who is there', url: `${url('registry')}/v2/`, status: [401] },
  ],
  links: ({ url, isGranted }) => [
    {
      title: 'Harbor',
      url: url('registry'),
      ...(isGranted('sign-in') ? { signIn: `${url('registry')}/c/oidc/login` } : {}),
    },
  ],
};

function wishes(settings: UpstreamSettings): Wish[] {
  const metrics = (component: string): Wish => ({
    name: `metrics-${component}`,
    contract: 'metrics',
    optional: true,
    selector: { app: 'harbor', component },
    port: 8001,
  });
  const all: Wish[] = [
    { name: 'route', contract: 'route', host: 'registry', service: 'harbor', port: 80 },
    { name: 'secrets', contract: 'secret', secret: SECRETS, keys: secretKeys() },
    {
      name: 'database',
      contract: 'secret',
      secret: DATABASE,
      keys: { username: { text: 'harbor' }, password: { length: 32 } },
    },
    // What its core signs registry tokens with; the chart would make one anew each time it is rendered.
    {
      name: 'tokens',
      contract: 'certificate',
      dnsNames: ['harbor-tokens.harbor.svc'],
      secret: 'harbor-tokens',
    },
    ...trustWishes(settings),
    ...['core', 'registry', 'jobservice', 'exporter'].map(metrics),
  ];
  if (settings.isGranted('sign-in'))
    all.push({
      name: 'sign-in',
      contract: 'sign-in',
      redirects: [`${settings.url('registry')}/c/oidc/callback`],
      signedOut: [settings.url('registry')],
      secret: 'harbor-oidc',
    });
  return all;
}

/** Names and lengths are the chart's. */
function secretKeys(): Record<string, { length: number }> {
  const short = ['secretKey', 'secret', 'JOBSERVICE_SECRET', 'REGISTRY_HTTP_SECRET'];
  const long = ['HARBOR_ADMIN_PASSWORD', 'CSRF_KEY', 'REGISTRY_PASSWD'];
  return Object.fromEntries([
    ...short.map(key => [key, { length: 16 }] as const),
    ...long.map(key => [key, { length: 32 }] as const),
  ]);
}

function values(settings: UpstreamSettings, granted: Granted): Record<string, unknown> {
  const { scanning, storage, databaseStorage } = parametersOf(settings);
  const requests = { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '1Gi' } };
  return {
    expose: { type: 'clusterIP', tls: { enabled: false }, clusterIP: { name: 'harbor' } },
    externalURL: settings.url('registry'),
    ...(granted['platform-trust']
      ? { caBundleSecretName: granted['platform-trust'].secret ?? 'platform-trust' }
      : {}),
    existingSecretAdminPassword: SECRETS,
    existingSecretSecretKey: SECRETS,
    persistence: {
      persistentVolumeClaim: { registry: { size: storage } },
    },
    metrics: { enabled: true },
    core: {
      existingSecret: SECRETS,
      existingXsrfSecret: SECRETS,
      secretName: 'harbor-tokens',
      resources: requests,
      extraEnvVars: signIn(settings, granted),
    },
    jobservice: { existingSecret: SECRETS, resources: requests },
    registry: {
      existingSecret: SECRETS,
      credentials: { username: REGISTRY_USER, existingSecret: SECRETS },
      registry: { resources: requests },
      controller: { resources: requests },
    },
    portal: { resources: requests },
    nginx: { resources: requests },
    exporter: { resources: requests },
    trivy: { enabled: scanning },
    database: {
      type: 'external',
      external: {
        host: DATABASE,
        port: '5432',
        username: 'harbor',
        coreDatabase: 'registry',
        existingSecret: DATABASE,
      },
    },
    redis: { internal: { resources: requests } },
    platformObjects: postgresObjects({
      name: DATABASE,
      database: 'registry',
      secret: DATABASE,
      storage: databaseStorage,
    }),
  };
}

/** Settings that nobody can change in the pages any more. */
function signIn(settings: UpstreamSettings, granted: Granted): Record<string, unknown>[] {
  const client = granted['sign-in'];
  if (!client) return [];
  const overwrite = {
    auth_mode: 'oidc_auth',
    self_registration: false,
    oidc_name: 'Slipway',
    oidc_endpoint: client.issuer,
    oidc_client_id: client.clientId,
    // Kubernetes puts the variable before it in.
    oidc_client_secret: '$(OIDC_CLIENT_SECRET)',
    oidc_groups_claim: 'groups',
    oidc_admin_group: parametersOf(settings).administrators,
    oidc_scope: 'openid,profile,email,groups',
    oidc_user_claim: 'preferred_username',
    oidc_verify_cert: true,
    oidc_auto_onboard: true,
  };
  return [
    {
      name: 'OIDC_CLIENT_SECRET',
      valueFrom: { secretKeyRef: { name: client.secret, key: 'clientSecret' } },
    },
    { name: 'CONFIG_OVERWRITE_JSON', value: JSON.stringify(overwrite) },
  ];
}

function patches(): ObjectPatch[] {
  const { initContainer, volume } = htpasswd({
    user: REGISTRY_USER,
    secret: { name: SECRETS, key: 'REGISTRY_PASSWD' },
    volume: 'registry-htpasswd',
    runAsUser: USER,
  });
  return [
    ...['harbor-core', 'harbor-jobservice'].map(metricsPort),
    {
      target: { kind: 'Deployment', name: 'harbor-registry' },
      merge: {
        spec: {
          template: {
            // `null` takes away what the chart says of the same volume.
            spec: { initContainers: [initContainer], volumes: [{ ...volume, secret: null }] },
          },
        },
      },
    },
  ];
}

/** The chart lets them serve metrics without saying so of their containers, where they are looked for. */
function metricsPort(name: string): ObjectPatch {
  return {
    target: { kind: 'Deployment', name },
    json: [
      {
        op: 'add',
        path: '/spec/template/spec/containers/0/ports/-',
        value: { name: 'http-metrics', containerPort: 8001 },
      },
    ],
  };
}

function parametersOf({ parameters: given }: UpstreamSettings): Parameters {
  return given as unknown as Parameters;
}
