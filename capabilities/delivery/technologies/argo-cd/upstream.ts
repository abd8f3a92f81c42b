import {
  type Granted,
  type ObjectPatch,
  trusting,
  trustWishes,
  type Upstream,
  type UpstreamSettings,
  type Wish,
} from '@slipway/definition';
import { stringifyYaml } from '@slipway/render';
import { follows, platformProject, repositoryWish } from './follows.ts';
import { releases } from './releases.ts';
import { ARGO_CD_NAMESPACE } from './workload/plan.ts';

interface Parameters {
  replicas: number;
  administrators: string;
  everybody: 'none' | 'readonly';
  localAdministrator: boolean;
  controllerMemory: string;
}

/** Argo CD itself, from its own manifests. TLS ends at the gateway; between its parts it speaks TLS of its own. */
export const upstream: Upstream = {
  releases,
  // Its ClusterRoleBindings name this namespace.
  namespace: ARGO_CD_NAMESPACE,
  podSecurity: 'restricted',
  needs: { cpu: '600m', memory: '1216Mi' },
  parameters: {
    type: 'object',
    additionalProperties: false,
    properties: {
      replicas: {
        type: 'integer',
        minimum: 1,
        maximum: 10,
        default: 1,
        description: 'Replicas of the API server and of the repository server.',
      },
      administrators: {
        type: 'string',
        default: 'platform-admins',
        description: 'Group whose members may do everything in Argo CD.',
      },
      everybody: {
        enum: ['none', 'readonly'],
        default: 'none',
        description: 'What whoever is signed in may do without further rights.',
      },
      localAdministrator: {
        type: 'boolean',
        default: false,
        description: 'Whether the account `admin` with a password of its own may sign in, too.',
      },
      controllerMemory: {
        type: 'string',
        pattern: '^[0-9]+(Mi|Gi)$',
        default: '512Mi',
        description: 'Memory that the application controller requests; it grows with what it watches.',
      },
    },
  },
  wishes,
  patches,
  objects: ({ namespace }, granted) => platformProject(namespace, granted),
  follows,
  probes: ({ url }) => [
    { name: 'API', url: `${url('argocd')}/healthz?full=true` },
    { name: 'pages', url: `${url('argocd')}/`, contains: 'Argo CD' },
  ],
  links: ({ url, isGranted }) => [
    {
      title: 'Argo CD',
      url: url('argocd'),
      ...(isGranted('sign-in') ? { signIn: `${url('argocd')}/auth/login` } : {}),
    },
  ],
};

function wishes(settings: UpstreamSettings): Wish[] {
  const address = settings.url('argocd');
  const metrics = (name: string, port: string | number): Wish => ({
    name: `metrics-${name}`,
    contract: 'metrics',
    optional: true,
    selector: { 'app.kubernetes.io/name': `argocd-${name}` },
    port,
  });
  return [
    { name: 'route', contract: 'route', host: 'argocd', service: 'argocd-server', port: 80 },
    {
      name: 'sign-in',
      contract: 'sign-in',
      optional: true,
      redirects: [`${address}/auth/callback`],
      signedOut: [address],
      secret: 'argocd-oidc',
      // Argo CD reads only Secrets that carry this.
      labels: { 'app.kubernetes.io/part-of': 'argocd' },
    },
    {
      name: 'cli',
      contract: 'sign-in',
      optional: true,
      redirects: ['http://localhost:8085/auth/callback'],
      isPublic: true,
      secret: 'argocd-oidc-cli',
    },
    ...trustWishes(settings),
    {
      name: 'repositories',
      contract: 'git',
      optional: true,
      rights: 'read',
      secret: 'slipway-repositories',
      labels: { 'argocd.argoproj.io/secret-type': 'repo-creds' },
    },
    ...(settings.gitops ? [{ ...repositoryWish, repository: settings.platform }] : []),
    metrics('application-controller', 8082),
    metrics('server', 8083),
    metrics('repo-server', 8084),
    metrics('applicationset-controller', 'metrics'),
    metrics('notifications-controller', 9001),
  ];
}

function patches(settings: UpstreamSettings, granted: Granted): ObjectPatch[] {
  const { administrators, everybody, replicas } = parametersOf(settings);
  return [
    { target: { kind: 'ConfigMap', name: 'argocd-cm' }, merge: { data: signIn(settings, granted) } },
    {
      target: { kind: 'ConfigMap', name: 'argocd-rbac-cm' },
      merge: {
        data: {
          scopes: '[groups]',
          'policy.default': everybody === 'none' ? '' : 'role:readonly',
          'policy.csv': `g, ${administrators}, role:admin\n`,
        },
      },
    },
    {
      target: { kind: 'ConfigMap', name: 'argocd-cmd-params-cm' },
      // Teams' Applications stand with their services; each is held to its team's project.
      merge: { data: { 'server.insecure': 'true', 'application.namespaces': 'team-*' } },
    },
    { target: { kind: 'Deployment', name: 'argocd-server' }, merge: { spec: { replicas } } },
    { target: { kind: 'Deployment', name: 'argocd-repo-server' }, merge: { spec: { replicas } } },
    // People sign in by the platform's issuer; nothing stands between.
    { target: { kind: 'Deployment', name: 'argocd-dex-server' }, merge: { spec: { replicas: 0 } } },
    ...resources(settings),
    notificationMetrics(),
    trust(granted),
  ];
}

function signIn(settings: UpstreamSettings, granted: Granted): Record<string, string> {
  const { localAdministrator } = parametersOf(settings);
  const client = granted['sign-in'];
  const address = { url: settings.url('argocd') };
  // With nobody to sign people in, its own account is the only way.
  if (!client) return { ...address, 'admin.enabled': 'true' };
  const oidc = {
    name: 'Slipway',
    issuer: client.issuer,
    clientID: client.clientId,
    clientSecret: `$${client.secret}:clientSecret`,
    ...(granted.cli ? { cliClientID: granted.cli.clientId } : {}),
    requestedScopes: ['openid', 'profile', 'email', 'groups'],
  };
  return {
    ...address,
    'admin.enabled': String(localAdministrator),
    'oidc.config': stringifyYaml(oidc),
  };
}

/** Upstream's manifests say none: what each part requests, and the most memory it may have. */
function resources(settings: UpstreamSettings): ObjectPatch[] {
  const { controllerMemory } = parametersOf(settings);
  const small = { cpu: '50m', memory: '64Mi', most: '256Mi' };
  const sizes = {
    'argocd-server': { cpu: '100m', memory: '128Mi', most: '512Mi' },
    'argocd-repo-server': { cpu: '100m', memory: '256Mi', most: '2Gi' },
    'argocd-applicationset-controller': { cpu: '50m', memory: '128Mi', most: '512Mi' },
    'argocd-notifications-controller': small,
    'argocd-redis': { cpu: '50m', memory: '128Mi', most: '512Mi' },
  };
  const patch = (kind: string, name: string, container: string, requests: object, limits: object) => ({
    target: { kind, name },
    merge: {
      spec: { template: { spec: { containers: [{ name: container, resources: { requests, limits } }] } } },
    },
  });
  return [
    ...Object.entries(sizes).map(([name, { cpu, memory, most }]) =>
      patch('Deployment', name, name === 'argocd-redis' ? 'redis' : name, { cpu, memory }, { memory: most }),
    ),
    patch(
      'StatefulSet',
      'argocd-application-controller',
      'argocd-application-controller',
      { cpu: '250m', memory: controllerMemory },
      {},
    ),
  ];
}

/** Upstream's manifests do not say that it serves them. */
function notificationMetrics(): ObjectPatch {
  const name = 'argocd-notifications-controller';
  const containers = [{ name, ports: [{ name: 'metrics', containerPort: 9001 }] }];
  return { target: { kind: 'Deployment', name }, merge: { spec: { template: { spec: { containers } } } } };
}

/** The API server asks the issuer. */
function trust(granted: Granted): ObjectPatch {
  const { env, volumes, volumeMounts } = trusting(granted, 'go');
  return {
    target: { kind: 'Deployment', name: 'argocd-server' },
    merge: {
      spec: { template: { spec: { containers: [{ name: 'argocd-server', env, volumeMounts }], volumes } } },
    },
  };
}

function parametersOf({ parameters }: UpstreamSettings): Parameters {
  return parameters as unknown as Parameters;
}
