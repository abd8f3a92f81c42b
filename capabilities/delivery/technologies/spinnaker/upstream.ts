import {
  type Granted,
  javaTrusting,
  type ObjectPatch,
  trustWishes,
  type Upstream,
  type UpstreamSettings,
  type Wish,
} from '@slipway/definition';
import { releases } from './releases.ts';
import { DATABASE, NAMESPACE, USER } from './services.ts';

interface Parameters {
  memory: string;
}

export const parameters = {
  type: 'object',
  additionalProperties: false,
  properties: {
    memory: {
      type: 'string',
      pattern: '^[0-9]+(Mi|Gi)$',
      default: '1Gi',
      description: 'Memory that Clouddriver requests; it grows with what it deploys to.',
    },
  },
};

const PAGES = 'spinnaker';
const GATE = 'spinnaker-gate';
/** Gate's name for an issuer that is none of those it knows by name; part of the redirect's path. */
const REGISTRATION = 'other';

/** Spinnaker without Igor, Fiat, Kayenta and Keel: pipelines, deployments to Kubernetes, baking. */
export const upstream: Upstream = {
  releases,
  namespace: NAMESPACE,
  podSecurity: 'restricted',
  needs: { cpu: '900m', memory: '3904Mi', storage: true },
  wishes,
  patches,
  probes: ({ url }) => [
    { name: 'pages', url: `${url(PAGES)}/`, contains: 'Spinnaker' },
    { name: 'API', url: `${url(GATE)}/health`, contains: 'UP' },
  ],
  links: ({ url }) => [
    {
      title: 'Spinnaker',
      url: url(PAGES),
      signIn: `${url(GATE)}/auth/redirect?${new URLSearchParams({ to: url(PAGES) })}`,
    },
  ],
};

function wishes(settings: UpstreamSettings): Wish[] {
  const gate = settings.url(GATE);
  return [
    { name: 'pages', contract: 'route', host: PAGES, service: 'deck', port: 9000 },
    { name: 'gate', contract: 'route', host: GATE, service: 'gate', port: 8084 },
    {
      name: 'database',
      contract: 'secret',
      secret: DATABASE,
      keys: { username: { text: 'spinnaker' }, password: { length: 32 } },
    },
    ...trustWishes(settings),
    // Gate lets everybody do everything where nobody signs in.
    {
      name: 'sign-in',
      contract: 'sign-in',
      redirects: [`${gate}/login/oauth2/code/${REGISTRATION}`],
      signedOut: [settings.url(PAGES)],
      secret: 'spinnaker-oidc',
    },
  ];
}

function patches(settings: UpstreamSettings, granted: Granted): ObjectPatch[] {
  const { memory } = settings.parameters as unknown as Parameters;
  const client = granted['sign-in']?.secret ?? '';
  const trust = javaTrusting(granted, USER);
  const gate = {
    initContainers: trust.initContainers,
    containers: [
      {
        name: 'gate',
        env: [
          { name: 'JAVA_OPTS', value: `-XX:MaxRAMPercentage=75.0 ${trust.options}`.trim() },
          variable('OIDC_CLIENT_ID', client, 'clientId'),
          variable('OIDC_CLIENT_SECRET', client, 'clientSecret'),
        ],
        volumeMounts: trust.volumeMounts,
      },
    ],
    volumes: trust.volumes,
  };
  const front50 = [
    {
      name: 'front50',
      env: [variable('DB_USER', DATABASE, 'username'), variable('DB_PASSWORD', DATABASE, 'password')],
    },
  ];
  return [
    pod('gate', gate),
    pod('front50', { containers: front50 }),
    pod('clouddriver', {
      containers: [{ name: 'clouddriver', resources: { requests: { memory } } }],
    }),
    {
      target: { kind: 'ConfigMap', name: 'spinnaker-config' },
      merge: { data: configuration(settings, granted) },
    },
  ];
}

function pod(name: string, spec: object): ObjectPatch {
  return { target: { kind: 'Deployment', name }, merge: { spec: { template: { spec } } } };
}

function variable(name: string, secret: string, key: string): Record<string, unknown> {
  return { name, valueFrom: { secretKeyRef: { name: secret, key } } };
}

/** What the services read besides each other's addresses; Spring puts variables in. */
function configuration(settings: UpstreamSettings, granted: Granted): Record<string, string> {
  const json = (value: unknown) => JSON.stringify(value, null, 2);
  const pages = settings.url(PAGES);
  const gate = settings.url(GATE);
  return {
    'gate-local.yml': json({
      server: { ssl: { enabled: false }, 'forward-headers-strategy': 'native' },
      services: { deck: { baseUrl: pages } },
      cors: { 'allowed-origins-pattern': `^${pages.replaceAll('.', '\\.')}/?$` },
      spring: { security: { oauth2: { client: signIn(gate, granted) } } },
    }),
    'front50-local.yml': json({ sql: database() }),
    'clouddriver-local.yml': json({
      kubernetes: {
        enabled: true,
        primaryAccount: 'this-cluster',
        accounts: [{ name: 'this-cluster', serviceAccount: true, providerVersion: 'V2' }],
      },
    }),
    'settings-local.js': [
      `window.spinnakerSettings.gateUrl = ${JSON.stringify(gate)};`,
      `window.spinnakerSettings.authEndpoint = ${JSON.stringify(`${gate}/auth/user`)};`,
      'window.spinnakerSettings.authEnabled = true;',
      '',
    ].join('\n'),
  };
}

/** People are known by their e-mail address, as Gate has it where nothing else is said. */
function signIn(gate: string, granted: Granted): Record<string, unknown> {
  return {
    registration: {
      [REGISTRATION]: {
        provider: REGISTRATION,
        'client-id': `\${OIDC_CLIENT_ID}`,
        'client-secret': `\${OIDC_CLIENT_SECRET}`,
        'authorization-grant-type': 'authorization_code',
        'redirect-uri': `${gate}/login/oauth2/code/${REGISTRATION}`,
        scope: 'openid,profile,email,groups',
      },
    },
    provider: { [REGISTRATION]: { 'issuer-uri': granted['sign-in']?.issuer } },
  };
}

function database(): Record<string, unknown> {
  const jdbcUrl = `jdbc:postgresql://${DATABASE}.${NAMESPACE}:5432/front50`;
  const user = { user: `\${DB_USER}`, password: `\${DB_PASSWORD}`, jdbcUrl, dialect: 'POSTGRES' };
  return {
    enabled: true,
    connectionPools: { default: { default: true, ...user } },
    migration: user,
  };
}
