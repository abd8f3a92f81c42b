import {
  type Granted,
  postgresObjects,
  trusting,
  trustWishes,
  type Upstream,
  type UpstreamSettings,
  type Wish,
} from '@slipway/definition';
import { parametersOf } from './parameters.ts';
import { releases } from './releases.ts';
import { COOKIE_SECRET, PROXY_PORT, signInProxy } from './sign-in-proxy.ts';

export { parameters } from './parameters.ts';

const DATABASE = 'backstage-database';
const HOST = 'backstage';
const PORT = 7007;
const HEALTH = '/.backstage/health/v1/readiness';

/** Backstage from its own chart, with a PostgreSQL of its own. */
export const upstream: Upstream = {
  releases,
  namespace: 'backstage',
  podSecurity: 'restricted',
  needs: { cpu: '320m', memory: '672Mi', storage: true },
  wishes,
  values,
  probes: ({ url }) => [{ name: 'health', url: `${url(HOST)}${HEALTH}`, contains: 'ok' }],
  // Without the proxy Backstage's own page opens a window for the sign-in.
  links: settings => [
    {
      title: 'Backstage',
      url: settings.url(HOST),
      ...(parametersOf(settings).signIn === 'gateway'
        ? { signIn: `${settings.url(HOST)}/oauth2/start?rd=%2F` }
        : {}),
    },
  ],
};

function wishes(settings: UpstreamSettings): Wish[] {
  const address = settings.url(HOST);
  const isGateway = parametersOf(settings).signIn === 'gateway';
  const redirect = isGateway ? '/oauth2/callback' : '/api/auth/oidc/handler/frame';
  return [
    { name: 'route', contract: 'route', host: HOST, service: 'backstage', port: PORT },
    {
      name: 'database',
      contract: 'secret',
      secret: DATABASE,
      keys: { username: { text: 'backstage' }, password: { length: 32 } },
    },
    { name: 'session', contract: 'secret', secret: COOKIE_SECRET, keys: { key: { length: 32 } } },
    ...trustWishes(settings),
    // Whoever has nobody to sign people in would show everything to everybody.
    {
      name: 'sign-in',
      contract: 'sign-in',
      redirects: [`${address}${redirect}`],
      signedOut: [address],
      secret: 'backstage-oidc',
    },
  ];
}

function values(settings: UpstreamSettings, granted: Granted): Record<string, unknown> {
  const { image, replicas, storage, signIn } = parametersOf(settings);
  const trust = trusting(granted, 'node');
  const isGateway = signIn === 'gateway';
  const proxy = signInProxy(settings, granted, trusting(granted, 'go'));
  return {
    backstage: {
      image: {
        ...(image ?? { registry: 'ghcr.io', repository: 'backstage/backstage', tag: settings.version }),
        pullPolicy: 'IfNotPresent',
      },
      replicas,
      appConfig: configuration(settings, granted),
      extraEnvVars: [...trust.env, ...environment(isGateway, granted)],
      extraVolumes: [...trust.volumes, { name: 'tmp', emptyDir: {} }],
      extraVolumeMounts: [...trust.volumeMounts, { name: 'tmp', mountPath: '/tmp' }],
      extraContainers: isGateway ? [proxy] : [],
      resources: { requests: { cpu: '250m', memory: '512Mi' }, limits: { memory: '1536Mi' } },
      ...probes(isGateway ? PROXY_PORT : PORT),
      podSecurityContext: {
        runAsUser: 1000,
        runAsNonRoot: true,
        fsGroup: 1000,
        seccompProfile: { type: 'RuntimeDefault' },
      },
      containerSecurityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
    },
    service: { ports: { backend: PORT, targetPort: isGateway ? 'sign-in' : 'backend' } },
    serviceAccount: { create: true, name: 'backstage', automountServiceAccountToken: false },
    extraDeploy: postgresObjects({ name: DATABASE, database: 'backstage', secret: DATABASE, storage }),
  };
}

function probes(port: number): Record<string, unknown> {
  const ask = (path: string) => ({ httpGet: { path, port, scheme: 'HTTP' } });
  const alive = ask('/.backstage/health/v1/liveness');
  return {
    readinessProbe: ask(HEALTH),
    livenessProbe: { ...alive, periodSeconds: 20 },
    // Migrations of the first start take their time.
    startupProbe: { ...alive, failureThreshold: 60, periodSeconds: 5 },
  };
}

function configuration(settings: UpstreamSettings, granted: Granted): Record<string, unknown> {
  const { title, locations, signIn } = parametersOf(settings);
  const address = settings.url(HOST);
  const oidc = {
    production: {
      metadataUrl: `${granted['sign-in']?.issuer}/.well-known/openid-configuration`,
      // Backstage puts its environment in.
      clientId: `\${OIDC_CLIENT_ID}`,
      clientSecret: `\${OIDC_CLIENT_SECRET}`,
      prompt: 'auto',
      signIn: { resolvers: [{ resolver: 'preferredUsernameMatchingUserEntityName' }] },
    },
  };
  return {
    app: { title, baseUrl: address },
    organization: { name: settings.platform },
    backend: {
      baseUrl: address,
      // Past the proxy there is no way in, from inside the cluster neither.
      listen: { port: PORT, ...(signIn === 'gateway' ? { host: '127.0.0.1' } : {}) },
      csp: { 'connect-src': ["'self'", 'https:'] },
      cors: { origin: address },
      database: {
        client: 'pg',
        connection: {
          host: DATABASE,
          port: 5432,
          user: `\${POSTGRES_USER}`,
          password: `\${POSTGRES_PASSWORD}`,
          database: 'backstage',
        },
        // One database with a schema for each plugin: the user may not make more databases.
        pluginDivisionMode: 'schema',
      },
    },
    auth: {
      environment: 'production',
      providers:
        signIn === 'oidc'
          ? { oidc }
          : // Nobody gets here but through the proxy.
            { guest: { dangerouslyAllowOutsideDevelopment: true } },
    },
    catalog: { locations: locations.map(target => ({ type: 'url', target })) },
  };
}

function environment(isGateway: boolean, granted: Granted): Record<string, unknown>[] {
  const variable = (name: string, secret: string, key: string) => ({
    name,
    valueFrom: { secretKeyRef: { name: secret, key } },
  });
  const client = granted['sign-in']?.secret;
  return [
    variable('POSTGRES_USER', DATABASE, 'username'),
    variable('POSTGRES_PASSWORD', DATABASE, 'password'),
    ...(isGateway || !client
      ? []
      : [
          variable('OIDC_CLIENT_ID', client, 'clientId'),
          variable('OIDC_CLIENT_SECRET', client, 'clientSecret'),
        ]),
  ];
}
