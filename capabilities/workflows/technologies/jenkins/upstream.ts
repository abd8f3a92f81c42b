import {
  type Granted,
  javaTrusting,
  trustWishes,
  type Upstream,
  type UpstreamSettings,
  type Wish,
} from '@slipway/definition';
import { stringifyYaml } from '@slipway/render';
import { releases } from './releases.ts';

interface Parameters {
  administrators: string;
  everybody: 'none' | 'read' | 'build';
  plugins: string[];
  storage: string;
  memory: string;
}

export const parameters = {
  type: 'object',
  additionalProperties: false,
  properties: {
    administrators: {
      type: 'string',
      default: 'platform-admins',
      description: 'Group whose members administer Jenkins.',
    },
    everybody: {
      enum: ['none', 'read', 'build'],
      default: 'read',
      description: 'What whoever is signed in may do without further rights.',
    },
    plugins: {
      type: 'array',
      items: { type: 'string', pattern: '^[A-Za-z0-9_-]+:[A-Za-z0-9._-]+$' },
      default: [],
      description: 'More plugins, each with its version: `blueocean:1.27.25`.',
    },
    storage: {
      type: 'string',
      pattern: '^[0-9]+(Mi|Gi|Ti)$',
      default: '20Gi',
      description: 'Size of the volume with jobs and builds.',
    },
    memory: {
      type: 'string',
      pattern: '^[0-9]+(Mi|Gi)$',
      default: '1Gi',
      description: 'Memory that the controller requests; the most it may have is 4Gi.',
    },
  },
};

/** Sign-in by the issuer, and rights by groups. */
const PLUGINS = ['oic-auth:4.715.vf202e4229f61', 'matrix-auth:3.3'];
const OIDC = 'jenkins-oidc';
const USER = 1000;

/**
 * Jenkins from its own chart, configured as code. Its plugins are fetched when a pod starts (jenkins-plugin-cli), so
 * that needs the internet, or an image with the plugins inside.
 */
export const upstream: Upstream = {
  releases,
  namespace: 'jenkins',
  podSecurity: 'restricted',
  needs: { cpu: '250m', memory: '1088Mi', storage: true },
  wishes,
  values,
  probes: ({ url }) => [
    { name: 'sign-in', url: `${url('jenkins')}/login`, status: [200, 302] },
    { name: 'nobody reads without', url: `${url('jenkins')}/api/json`, status: [401, 403] },
  ],
  links: ({ url, isGranted }) => [
    {
      title: 'Jenkins',
      url: url('jenkins'),
      ...(isGranted('sign-in') ? { signIn: `${url('jenkins')}/securityRealm/commenceLogin?from=%2F` } : {}),
    },
  ],
};

function wishes(settings: UpstreamSettings): Wish[] {
  const all: Wish[] = [
    { name: 'route', contract: 'route', host: 'jenkins', service: 'jenkins', port: 8080 },
    {
      name: 'admin',
      contract: 'secret',
      secret: 'jenkins-admin',
      keys: { username: { text: 'platform-admin' }, password: { length: 32 } },
    },
    ...trustWishes(settings),
  ];
  if (settings.isGranted('sign-in'))
    all.push({
      name: 'sign-in',
      contract: 'sign-in',
      redirects: [`${settings.url('jenkins')}/securityRealm/finishLogin`],
      signedOut: [`${settings.url('jenkins')}/OicLogout`],
      secret: OIDC,
    });
  return all;
}

function values(settings: UpstreamSettings, granted: Granted): Record<string, unknown> {
  const { plugins, storage, memory } = parametersOf(settings);
  const trust = javaTrusting(granted, USER);
  const signsIn = granted['sign-in'] !== undefined;
  return {
    controller: {
      image: { pullPolicy: 'IfNotPresent' },
      admin: { existingSecret: 'jenkins-admin', userKey: 'username', passwordKey: 'password' },
      jenkinsUrl: settings.url('jenkins'),
      resources: { requests: { cpu: '200m', memory }, limits: { memory: '4Gi' } },
      additionalPlugins: [...(signsIn ? PLUGINS : []), ...plugins],
      // What is pinned, and the oldest that it needs: not whatever is newest that day.
      installLatestPlugins: false,
      overwritePlugins: true,
      javaOpts: trust.options,
      customInitContainers: trust.initContainers,
      additionalExistingSecrets: signsIn
        ? ['clientId', 'clientSecret'].map(keyName => ({ name: OIDC, keyName }))
        : [],
      JCasC: signsIn ? configuration(settings, granted) : {},
      podSecurityContextOverride: podSecurityContext,
      containerSecurityContext: securityContext,
      sidecars: {
        configAutoReload: {
          resources: { requests: { cpu: '50m', memory: '64Mi' }, limits: { memory: '256Mi' } },
          containerSecurityContext: securityContext,
        },
      },
      testEnabled: false,
    },
    agent: {
      restrictedPssSecurityContext: true,
      resources: { requests: { cpu: '500m', memory: '512Mi' }, limits: { memory: '2Gi' } },
    },
    persistence: {
      size: storage,
      volumes: trust.volumes,
      mounts: trust.volumeMounts,
    },
  };
}

const securityContext = {
  runAsUser: USER,
  runAsGroup: USER,
  readOnlyRootFilesystem: true,
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
};

const podSecurityContext = {
  runAsUser: USER,
  runAsNonRoot: true,
  fsGroup: USER,
  fsGroupChangePolicy: 'OnRootMismatch',
  seccompProfile: { type: 'RuntimeDefault' },
};

function configuration(settings: UpstreamSettings, granted: Granted): Record<string, string> {
  const { administrators, everybody } = parametersOf(settings);
  const permissions = {
    none: [],
    read: ['Overall/Read', 'Job/Read', 'View/Read'],
    build: ['Overall/Read', 'Job/Read', 'Job/Build', 'Job/Cancel', 'View/Read'],
  }[everybody];
  const realm = {
    oic: {
      // Jenkins puts in what the files of the Secret say.
      clientId: `\${${OIDC}-clientId}`,
      clientSecret: `\${${OIDC}-clientSecret}`,
      serverConfiguration: {
        wellKnown: {
          wellKnownOpenIDConfigurationUrl: `${granted['sign-in']?.issuer}/.well-known/openid-configuration`,
          scopesOverride: 'openid profile email groups',
        },
      },
      userNameField: 'preferred_username',
      fullNameFieldName: 'name',
      emailFieldName: 'email',
      groupsFieldName: 'groups',
      logoutFromOpenidProvider: true,
      // Scripts come with API tokens of people who are not signed in at that moment.
      allowTokenAccessWithoutOicSession: true,
    },
  };
  const strategy = {
    globalMatrix: {
      entries: [
        { group: { name: administrators, permissions: ['Overall/Administer'] } },
        ...(permissions.length > 0 ? [{ group: { name: 'authenticated', permissions } }] : []),
      ],
    },
  };
  return { securityRealm: stringifyYaml(realm), authorizationStrategy: stringifyYaml(strategy) };
}

function parametersOf({ parameters: given }: UpstreamSettings): Parameters {
  return given as unknown as Parameters;
}
