import type { AnyObject } from '@slipway/api';
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
import { releases } from './releases.ts';

interface Parameters {
  replicas: number;
  administrators: string;
  everybody: 'none' | 'readonly';
  keepDays: number;
}

/** Service accounts of people, by what they may do: upstream's aggregated roles. */
const PEOPLE = { 'platform-admin': 'argo-aggregate-to-admin', 'platform-reader': 'argo-aggregate-to-view' };

/** Argo Workflows itself: its controller for all namespaces and its server, from its own kustomization. */
export const upstream: Upstream = {
  releases,
  // Its ClusterRoleBindings name this namespace.
  namespace: 'argo',
  podSecurity: 'restricted',
  needs: { cpu: '200m', memory: '384Mi' },
  parameters: {
    type: 'object',
    additionalProperties: false,
    properties: {
      replicas: {
        type: 'integer',
        minimum: 1,
        maximum: 5,
        default: 1,
        description: 'Replicas of the controller (one works, the others wait) and of the server.',
      },
      administrators: {
        type: 'string',
        default: 'platform-admins',
        description: 'Group whose members may do everything with workflows, in every namespace.',
      },
      everybody: {
        enum: ['none', 'readonly'],
        default: 'none',
        description: 'What whoever is signed in may do without further rights.',
      },
      keepDays: {
        type: 'integer',
        minimum: 1,
        default: 7,
        description: 'Days after which a finished workflow goes that says nothing else itself.',
      },
    },
  },
  wishes,
  patches,
  objects,
  probes: ({ url }) => [
    { name: 'pages', url: `${url('workflows')}/`, contains: 'Argo' },
    // Nobody is signed in: the server says so itself.
    { name: 'API', url: `${url('workflows')}/api/v1/userinfo`, status: [200, 401] },
  ],
  links: ({ url, isGranted }) => [
    {
      title: 'Argo Workflows',
      url: url('workflows'),
      ...(isGranted('sign-in') ? { signIn: `${url('workflows')}/oauth2/redirect` } : {}),
    },
  ],
};

function wishes(settings: UpstreamSettings): Wish[] {
  const metrics = { contract: 'metrics', optional: true } as const;
  const all: Wish[] = [
    { name: 'route', contract: 'route', host: 'workflows', service: 'argo-server', port: 2746 },
    { ...metrics, name: 'metrics', selector: { app: 'workflow-controller' }, port: 'metrics' },
    ...trustWishes(settings),
  ];
  // The server does not start without its client's Secret, so whoever makes it comes first.
  if (settings.isGranted('sign-in'))
    all.push({
      name: 'sign-in',
      contract: 'sign-in',
      redirects: [`${settings.url('workflows')}/oauth2/callback`],
      signedOut: [settings.url('workflows')],
      secret: 'argo-server-sso',
      labels: { 'app.kubernetes.io/part-of': 'argo-workflows' },
    });
  return all;
}

function patches(settings: UpstreamSettings, granted: Granted): ObjectPatch[] {
  const { replicas } = parametersOf(settings);
  const modes = granted['sign-in'] ? ['sso', 'client'] : ['client'];
  const { env, volumes, volumeMounts } = trusting(granted, 'go');
  const securityContext = { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } };
  const server = {
    name: 'argo-server',
    // TLS ends at the gateway.
    args: ['server', '--secure=false', ...modes.map(mode => `--auth-mode=${mode}`)],
    env,
    volumeMounts,
    readinessProbe: { httpGet: { scheme: 'HTTP' } },
    resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '512Mi' } },
  };
  const controller = {
    name: 'workflow-controller',
    // The one it takes anyway: said here it is bundled and pinned like every other image.
    args: ['--executor-image', `quay.io/argoproj/argoexec:v${settings.version}`],
    resources: { requests: { cpu: '100m', memory: '256Mi' }, limits: { memory: '2Gi' } },
  };
  const pods = (container: object, more: object = {}) => ({
    spec: { replicas, template: { spec: { securityContext, containers: [container], ...more } } },
  });
  return [
    { target: { kind: 'Deployment', name: 'argo-server' }, merge: pods(server, { volumes }) },
    { target: { kind: 'Deployment', name: 'workflow-controller' }, merge: pods(controller) },
    {
      target: { kind: 'ConfigMap', name: 'workflow-controller-configmap' },
      merge: { data: configuration(settings, granted) },
    },
  ];
}

function configuration(settings: UpstreamSettings, granted: Granted): Record<string, string> {
  const client = granted['sign-in'];
  const { keepDays } = parametersOf(settings);
  const parts: Record<string, unknown> = {
    metricsConfig: { enabled: true, path: '/metrics', port: 9090, secure: false },
    workflowDefaults: {
      spec: {
        ttlStrategy: { secondsAfterCompletion: keepDays * 86_400 },
        podGC: { strategy: 'OnPodCompletion' },
      },
    },
  };
  if (client)
    parts.sso = {
      issuer: client.issuer,
      clientId: { name: client.secret, key: 'clientId' },
      clientSecret: { name: client.secret, key: 'clientSecret' },
      redirectUrl: `${settings.url('workflows')}/oauth2/callback`,
      scopes: ['groups', 'email', 'profile'],
      rbac: { enabled: true },
    };
  return Object.fromEntries(Object.entries(parts).map(([key, value]) => [key, stringifyYaml(value)]));
}

/** Whoever signs in acts as a service account; which one, their groups say. */
function objects(settings: UpstreamSettings, granted: Granted): AnyObject[] {
  if (!granted['sign-in']) return [];
  const { administrators, everybody } = parametersOf(settings);
  const administrator = `${JSON.stringify(administrators)} in groups`;
  return [
    ...person('platform-admin', administrator, 10),
    ...(everybody === 'readonly' ? person('platform-reader', 'true', 0) : []),
  ];
}

function person(name: keyof typeof PEOPLE, rule: string, precedence: number): AnyObject[] {
  return [
    {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: {
        name,
        annotations: {
          'workflows.argoproj.io/rbac-rule': rule,
          'workflows.argoproj.io/rbac-rule-precedence': String(precedence),
        },
      },
    },
    {
      apiVersion: 'v1',
      kind: 'Secret',
      type: 'kubernetes.io/service-account-token',
      metadata: {
        name: `${name}.service-account-token`,
        annotations: { 'kubernetes.io/service-account.name': name },
      },
    },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRoleBinding',
      metadata: { name: `argo-workflows-${name}` },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: PEOPLE[name] },
      subjects: [{ kind: 'ServiceAccount', name, namespace: upstream.namespace }],
    },
  ];
}

function parametersOf({ parameters }: UpstreamSettings): Parameters {
  return parameters as unknown as Parameters;
}
