import {
  type Grant,
  type ObjectPatch,
  postgresObjects,
  type SignInWish,
  type Upstream,
  type UpstreamSettings,
  type Wish,
  type Wisher,
} from '@slipway/definition';
import { signInGrant } from '../../oidc-client/grant.ts';
import { releases } from './releases.ts';

interface Parameters {
  realm: string;
  replicas: number;
  memory: string;
  storage: string;
  database?: { host: string; port?: number; name: string; secret: string };
}

const NAMESPACE = 'keycloak';
const DATABASE = 'keycloak-database';
const SELECTOR = { 'app.kubernetes.io/name': 'keycloak', 'app.kubernetes.io/instance': 'keycloak' };

/** Keycloak itself. Realm, groups and clients are kept by controllers over its REST (see the wiring), never by imports. */
export const upstream: Upstream = {
  releases,
  namespace: NAMESPACE,
  podSecurity: 'restricted',
  needs: { cpu: '550m', memory: '1408Mi', storage: true },
  parameters: {
    type: 'object',
    additionalProperties: false,
    properties: {
      realm: {
        type: 'string',
        pattern: '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$',
        default: 'slipway',
        description: 'Name of the realm; part of the issuer’s address.',
      },
      replicas: {
        type: 'integer',
        minimum: 1,
        maximum: 9,
        default: 1,
        description: 'Servers; they find each other through the database.',
      },
      memory: {
        type: 'string',
        pattern: '^[0-9]+(Mi|Gi)$',
        default: '1280Mi',
        description: 'Memory that each server requests; most of it is Java’s heap.',
      },
      storage: {
        type: 'string',
        pattern: '^[0-9]+(Mi|Gi|Ti)$',
        default: '8Gi',
        description: 'Size of the volume of its own PostgreSQL.',
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
        description: 'A PostgreSQL of yours; absent: one of its own, with one replica.',
      },
    },
  },
  wishes,
  values,
  patches,
  grants: { 'sign-in': grantSignIn },
  probes: settings => {
    const { realm } = parametersOf(settings);
    const issuer = `${settings.url('id')}/realms/${realm}`;
    return [
      { name: 'discovery', url: `${issuer}/.well-known/openid-configuration`, contains: issuer },
      { name: 'keys', url: `${issuer}/protocol/openid-connect/certs`, contains: '"keys"' },
    ];
  },
  links: settings => {
    const { realm } = parametersOf(settings);
    // Both lead whoever is not signed in to the sign-in by themselves.
    const account = `${settings.url('id')}/realms/${realm}/account/`;
    const console = `${settings.url('id')}/admin/${realm}/console/`;
    return [
      { title: 'My account', url: account, signIn: account },
      { title: 'Administration', url: console, signIn: console },
    ];
  },
};

function wishes(settings: UpstreamSettings): Wish[] {
  const generated = (name: string, secret: string, username: string): Wish => ({
    name,
    contract: 'secret',
    secret,
    keys: { username: { text: username }, password: { length: 32 } },
  });
  return [
    { name: 'route', contract: 'route', host: 'id', service: 'keycloak', port: 8080 },
    generated('admin', 'keycloak-admin', 'admin'),
    ...(parametersOf(settings).database ? [] : [generated('database', DATABASE, 'keycloak')]),
    { name: 'metrics', contract: 'metrics', optional: true, selector: SELECTOR, port: 'http-internal' },
  ];
}

function values(settings: UpstreamSettings): Record<string, unknown> {
  const { replicas, memory, database } = parametersOf(settings);
  const { host, port = 5432, name, secret } = databaseOf(settings);
  return {
    fullnameOverride: 'keycloak',
    nameOverride: 'keycloak',
    replicas,
    image: { tag: settings.version },
    args: ['start'],
    serviceAccount: { automountServiceAccountToken: false },
    podSecurityContext: { fsGroup: 1000, runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
    securityContext: {
      runAsUser: 1000,
      runAsNonRoot: true,
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
    },
    // The chart's own rule would keep two servers from one node for ever.
    affinity: '',
    enableServiceLinks: false,
    resources: { requests: { cpu: '500m', memory }, limits: { memory: '2Gi' } },
    http: { relativePath: '/' },
    proxy: { enabled: true, mode: 'xforwarded', http: { enabled: true } },
    database: {
      vendor: 'postgres',
      hostname: host,
      port,
      database: name,
      existingSecret: secret,
      existingSecretKey: 'password',
    },
    extraManifests: [service(), ...(database ? [] : ownDatabase(settings))],
  };
}

function patches(settings: UpstreamSettings): ObjectPatch[] {
  const env = [
    { name: 'KC_HOSTNAME', value: settings.url('id') },
    fromSecret('KC_DB_USERNAME', databaseOf(settings).secret, 'username'),
    fromSecret('KC_BOOTSTRAP_ADMIN_USERNAME', 'keycloak-admin', 'username'),
    fromSecret('KC_BOOTSTRAP_ADMIN_PASSWORD', 'keycloak-admin', 'password'),
  ];
  const containers = [{ name: 'keycloak', env }];
  return [
    {
      target: { kind: 'StatefulSet', name: 'keycloak' },
      merge: { spec: { template: { spec: { containers } } } },
    },
  ];
}

function fromSecret(variable: string, name: string, key: string): Record<string, unknown> {
  return { name: variable, valueFrom: { secretKeyRef: { name, key } } };
}

/** At the port that it is known by, inside and outside of its pods. */
function service(): Record<string, unknown> {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'keycloak', labels: SELECTOR },
    spec: { selector: SELECTOR, ports: [{ name: 'http', port: 8080, targetPort: 'http' }] },
  };
}

/** Where it keeps what it knows. */
function databaseOf(settings: UpstreamSettings): NonNullable<Parameters['database']> {
  return parametersOf(settings).database ?? { host: DATABASE, name: 'keycloak', secret: DATABASE };
}

function ownDatabase(settings: UpstreamSettings): Record<string, unknown>[] {
  const { storage } = parametersOf(settings);
  return postgresObjects({ name: DATABASE, database: 'keycloak', secret: DATABASE, storage });
}

function grantSignIn(wish: SignInWish, wisher: Wisher, settings: UpstreamSettings): Grant {
  return signInGrant(wish, wisher, `${settings.url('id')}/realms/${parametersOf(settings).realm}`);
}

function parametersOf({ parameters }: UpstreamSettings): Parameters {
  return parameters as unknown as Parameters;
}
