import {
  type Granted,
  type ObjectPatch,
  trusting,
  trustWishes,
  type Upstream,
  type UpstreamSettings,
  type Wish,
} from '@slipway/definition';
import { gitGrant, PLATFORM_OWNER } from '../../git-access/grant.ts';
import { ADMIN_SECRET, insideUrl } from './admin/open-gitea.ts';
import { NAME } from './manifests.ts';
import { releases } from './releases.ts';

interface Parameters {
  administrators: string;
  storage: string;
  memory: string;
  webhookHosts: string[];
  database?: { host: string; port?: number; name: string; secret: string };
}

const SECRETS = 'gitea-secrets';

/** Gitea, with its database on its own volume unless one is given. Git is spoken over HTTPS only. */
export const upstream: Upstream = {
  releases,
  namespace: 'gitea',
  podSecurity: 'restricted',
  needs: { cpu: '100m', memory: '256Mi', storage: true },
  parameters: {
    type: 'object',
    additionalProperties: false,
    properties: {
      administrators: {
        type: 'string',
        default: 'platform-admins',
        description: 'Group whose members administer Gitea.',
      },
      storage: {
        type: 'string',
        pattern: '^[0-9]+(Mi|Gi|Ti)$',
        default: '20Gi',
        description: 'Size of the volume with repositories.',
      },
      memory: {
        type: 'string',
        pattern: '^[0-9]+(Mi|Gi)$',
        default: '1Gi',
        description: 'The most memory it may have.',
      },
      webhookHosts: {
        type: 'array',
        items: { type: 'string' },
        default: ['external'],
        description: 'Hosts that webhooks may call, as ALLOWED_HOST_LIST has them; nothing else is called.',
      },
      database: {
        type: 'object',
        additionalProperties: false,
        required: ['host', 'name', 'secret'],
        properties: {
          host: { type: 'string', description: 'Its name in DNS.' },
          port: { type: 'integer', minimum: 1, maximum: 65_535, description: 'Default 5432.' },
          name: { type: 'string', description: 'The database.' },
          secret: { type: 'string', description: 'Secret in its namespace with username and password.' },
        },
        description: 'A PostgreSQL of yours; absent: SQLite on its own volume.',
      },
    },
  },
  wishes,
  patches,
  grants: {
    git: (wish, wisher, { url, namespace }) =>
      gitGrant(wish, wisher, { url: insideUrl(namespace), publicUrl: url('git'), owner: PLATFORM_OWNER }),
  },
  probes: ({ url }) => [
    { name: 'health', url: `${url('git')}/api/healthz`, contains: 'pass' },
    { name: 'sign-in', url: `${url('git')}/user/login`, contains: 'Gitea' },
  ],
  links: ({ url, isGranted }) => [
    {
      title: 'Gitea',
      url: url('git'),
      ...(isGranted('sign-in') ? { signIn: `${url('git')}/user/oauth2/slipway` } : {}),
    },
  ],
};

function wishes(settings: UpstreamSettings): Wish[] {
  const all: Wish[] = [
    { name: 'route', contract: 'route', host: 'git', service: NAME, port: 3000 },
    {
      name: 'admin',
      contract: 'secret',
      secret: ADMIN_SECRET,
      keys: { username: { text: 'platform-admin' }, password: { length: 32 } },
    },
    {
      name: 'secrets',
      contract: 'secret',
      secret: SECRETS,
      // 43 characters are the 32 bytes that Gitea wants of a signing key, in base64url.
      keys: {
        secretKey: { length: 64 },
        internalToken: { length: 64 },
        oauth2JwtSecret: { length: 43, alphabet: 'alphanumeric' },
        lfsJwtSecret: { length: 43, alphabet: 'alphanumeric' },
      },
    },
    ...trustWishes(settings),
  ];
  if (settings.isGranted('sign-in'))
    all.push({
      name: 'sign-in',
      contract: 'sign-in',
      redirects: [`${settings.url('git')}/user/oauth2/slipway/callback`],
      signedOut: [settings.url('git')],
      secret: 'gitea-oidc',
    });
  return all;
}

function patches(settings: UpstreamSettings, granted: Granted): ObjectPatch[] {
  const { storage, memory } = parametersOf(settings);
  const { env, volumes, volumeMounts } = trusting(granted, 'go');
  const configuration = [...env, ...configurationOf(settings, granted), ...databaseOf(settings)];
  const spec = {
    initContainers: [
      { name: 'setup', env: configuration },
      { name: 'configure', env: [...configuration, ...people(settings, granted)], volumeMounts },
    ],
    containers: [{ name: NAME, env: configuration, volumeMounts, resources: { limits: { memory } } }],
    volumes,
  };
  return [
    { target: { kind: 'Deployment', name: NAME }, merge: { spec: { template: { spec } } } },
    {
      target: { kind: 'PersistentVolumeClaim', name: 'gitea-data' },
      merge: { spec: { resources: { requests: { storage } } } },
    },
  ];
}

interface Variable {
  name: string;
  value?: string;
  valueFrom?: { secretKeyRef: { name: string; key: string } };
}

/** `app.ini` from the environment, as the image reads it: `GITEA__<section>__<KEY>`. */
function configurationOf(settings: UpstreamSettings, granted: Granted): Variable[] {
  const address = settings.url('git');
  const signsIn = granted['sign-in'] !== undefined;
  const plain = {
    server__PROTOCOL: 'http',
    server__HTTP_PORT: 3000,
    server__DOMAIN: new URL(address).hostname,
    server__ROOT_URL: `${address}/`,
    server__DISABLE_SSH: true,
    server__START_SSH_SERVER: false,
    server__LFS_START_SERVER: true,
    security__INSTALL_LOCK: true,
    security__DISABLE_GIT_HOOKS: true,
    security__MIN_PASSWORD_LENGTH: 12,
    service__REQUIRE_SIGNIN_VIEW: true,
    service__DISABLE_REGISTRATION: !signsIn,
    service__ALLOW_ONLY_EXTERNAL_REGISTRATION: true,
    service__SHOW_REGISTRATION_BUTTON: false,
    service__ENABLE_PASSWORD_SIGNIN_FORM: !signsIn,
    openid__ENABLE_OPENID_SIGNIN: false,
    oauth2_client__ENABLE_AUTO_REGISTRATION: signsIn,
    oauth2_client__USERNAME: 'preferred_username',
    oauth2_client__ACCOUNT_LINKING: 'login',
    repository__DEFAULT_BRANCH: 'main',
    webhook__ALLOWED_HOST_LIST: parametersOf(settings).webhookHosts.join(','),
    actions__ENABLED: false,
    log__LEVEL: 'Info',
  };
  const secret = {
    security__SECRET_KEY: 'secretKey',
    security__INTERNAL_TOKEN: 'internalToken',
    oauth2__JWT_SECRET: 'oauth2JwtSecret',
    server__LFS_JWT_SECRET: 'lfsJwtSecret',
  };
  return [
    ...Object.entries(plain).map(([name, value]) => ({ name: `GITEA__${name}`, value: String(value) })),
    ...Object.entries(secret).map(([name, key]) => fromSecret(`GITEA__${name}`, SECRETS, key)),
  ];
}

function databaseOf(settings: UpstreamSettings): Variable[] {
  const { database } = parametersOf(settings);
  if (!database)
    return [
      { name: 'GITEA__database__DB_TYPE', value: 'sqlite3' },
      { name: 'GITEA__database__PATH', value: '/var/lib/gitea/data/gitea.db' },
    ];
  const { host, port = 5432, name, secret } = database;
  return [
    { name: 'GITEA__database__DB_TYPE', value: 'postgres' },
    { name: 'GITEA__database__HOST', value: `${host}:${port}` },
    { name: 'GITEA__database__NAME', value: name },
    fromSecret('GITEA__database__USER', secret, 'username'),
    fromSecret('GITEA__database__PASSWD', secret, 'password'),
  ];
}

/** Whom it knows from the start: its administrator, and whoever the issuer signs in. */
function people(settings: UpstreamSettings, granted: Granted): Variable[] {
  const client = granted['sign-in'];
  const admin = [
    fromSecret('ADMIN_NAME', ADMIN_SECRET, 'username'),
    fromSecret('ADMIN_PASSWORD', ADMIN_SECRET, 'password'),
    { name: 'ADMIN_EMAIL', value: `platform-admin@${settings.domain}` },
  ];
  if (!client?.secret || !client.issuer) return admin;
  return [
    ...admin,
    { name: 'OIDC_ISSUER', value: client.issuer },
    fromSecret('OIDC_CLIENT_ID', client.secret, 'clientId'),
    fromSecret('OIDC_CLIENT_SECRET', client.secret, 'clientSecret'),
    { name: 'OIDC_ADMIN_GROUP', value: parametersOf(settings).administrators },
  ];
}

function fromSecret(variable: string, name: string, key: string): Variable {
  return { name: variable, valueFrom: { secretKeyRef: { name, key } } };
}

function parametersOf({ parameters }: UpstreamSettings): Parameters {
  return parameters as unknown as Parameters;
}
