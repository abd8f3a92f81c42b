import type { AnyObject } from '@slipway/api';
import {
  type DashboardWish,
  type Grant,
  type Granted,
  type SignInWish,
  trusting,
  trustWishes,
  type Upstream,
  type UpstreamSettings,
  type Wisher,
} from '@slipway/definition';
import { DATASOURCE_LABEL } from '../../contract.ts';
import { releases } from './releases.ts';

interface Parameters {
  storage: string;
  adminGroup: string;
  editorGroup: string;
}

export const parameters = {
  type: 'object',
  additionalProperties: false,
  properties: {
    storage: {
      type: 'string',
      pattern: '^[0-9]+(Mi|Gi|Ti)$',
      default: '5Gi',
      description: 'For what people make there: dashboards, preferences.',
    },
    adminGroup: { type: 'string', pattern: '^[\\w.:/@-]+$', default: 'platform-admins' },
    editorGroup: {
      type: 'string',
      pattern: '^[\\w.:/@-]+$',
      default: 'developers',
      description: 'Who may change dashboards; everybody else who signs in may look.',
    },
  },
};

const HOST = 'grafana';
const DASHBOARD_LABEL = 'grafana_dashboard';
const CLIENT_SECRET = 'grafana-client';
const ADMIN_SECRET = 'grafana-admin';

export const upstream: Upstream = {
  releases,
  namespace: 'grafana',
  needs: { cpu: '150m', memory: '384Mi', storage: true },
  wishes: settings => [
    { name: 'web', contract: 'route', host: HOST, service: 'grafana', port: 80 },
    ...(settings.isGranted('sign-in') ? [peopleWish(settings)] : []),
    {
      name: 'admin',
      contract: 'secret',
      secret: ADMIN_SECRET,
      keys: { 'admin-user': { text: 'admin' }, 'admin-password': { length: 40 } },
    },
    {
      name: 'metrics',
      contract: 'metrics',
      optional: true,
      selector: { 'app.kubernetes.io/name': 'grafana', 'app.kubernetes.io/instance': 'grafana' },
      port: 'grafana',
    },
    ...trustWishes(settings),
  ],
  values: (settings, granted) => {
    const { storage } = settings.parameters as unknown as Parameters;
    const trust = trusting(granted, 'go');
    return {
      testFramework: { enabled: false },
      // Its volume belongs to its group already: nothing has to run as root first.
      initChownData: { enabled: false },
      securityContext: { ...USER, seccompProfile: { type: 'RuntimeDefault' } },
      deploymentStrategy: { type: 'Recreate' },
      persistence: { enabled: true, size: storage },
      resources: { requests: { cpu: '100m', memory: '256Mi' } },
      admin: { existingSecret: ADMIN_SECRET },
      sidecar: {
        resources: { requests: { cpu: '20m', memory: '64Mi' } },
        datasources: { enabled: true, label: DATASOURCE_LABEL, ...FROM_EVERYWHERE, initDatasources: true },
        dashboards: { enabled: true, label: DASHBOARD_LABEL, ...FROM_EVERYWHERE },
      },
      envValueFrom: granted.people ? clientVariables() : {},
      env: Object.fromEntries(trust.env.map(({ name, value }) => [name, value])),
      extraContainerVolumes: trust.volumes,
      extraVolumeMounts: trust.volumeMounts,
      'grafana.ini': configuration(settings, granted),
    };
  },
  // Its sidecars look for ConfigMaps only; the chart would let them read every Secret.
  patches: () => [
    {
      target: { kind: 'ClusterRole', name: 'grafana-clusterrole' },
      merge: { rules: [{ apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'list', 'watch'] }] },
    },
  ],
  grants: { dashboard: grantDashboard },
  probes: ({ url }) => [{ name: 'Grafana answers', url: `${url(HOST)}/api/health`, contains: '"database"' }],
  links: ({ url, isGranted }) => [
    {
      title: 'Grafana',
      url: url(HOST),
      ...(isGranted('sign-in') ? { signIn: `${url(HOST)}/login/generic_oauth` } : {}),
    },
  ],
};

function peopleWish({ url }: UpstreamSettings): SignInWish {
  return {
    name: 'people',
    contract: 'sign-in',
    redirects: [`${url(HOST)}/login/generic_oauth`],
    signedOut: [`${url(HOST)}/login`],
    secret: CLIENT_SECRET,
  };
}

const USER = { runAsNonRoot: true, runAsUser: 472, runAsGroup: 472, fsGroup: 472 };
const FROM_EVERYWHERE = { searchNamespace: 'ALL', resource: 'configmap' };

function clientVariables(): Record<string, unknown> {
  const key = (name: string) => ({ secretKeyRef: { name: CLIENT_SECRET, key: name } });
  return {
    GF_AUTH_GENERIC_OAUTH_CLIENT_ID: key('clientId'),
    GF_AUTH_GENERIC_OAUTH_CLIENT_SECRET: key('clientSecret'),
  };
}

/** grafana.ini: people sign in at the issuer alone; without one there is the administrator with a generated password. */
function configuration(settings: UpstreamSettings, granted: Granted): Record<string, unknown> {
  const { people } = granted;
  return {
    server: { root_url: `${settings.url(HOST)}/` },
    analytics: { check_for_updates: false, check_for_plugin_updates: false, reporting_enabled: false },
    security: { cookie_secure: true, cookie_samesite: 'lax', disable_gravatar: true },
    users: { allow_sign_up: false },
    auth: { disable_login_form: people !== undefined },
    // Its sidecars tell it by this that a dashboard came.
    'auth.basic': { enabled: true },
    ...(people ? { 'auth.generic_oauth': issuerOf(settings, people) } : {}),
  };
}

/** Who comes from the issuer; groups say what they may. */
function issuerOf({ parameters }: UpstreamSettings, people: Record<string, string>): Record<string, unknown> {
  const { adminGroup, editorGroup } = parameters as unknown as Parameters;
  const has = (group: string) => `contains(groups[*], '${group}')`;
  // It discovers nothing at an issuer: these are Keycloak's paths.
  const endpoint = (name: string) => `${people.issuer}/protocol/openid-connect/${name}`;
  return {
    enabled: true,
    name: 'the platform',
    auto_login: true,
    allow_sign_up: true,
    scopes: 'openid profile email groups',
    auth_url: endpoint('auth'),
    token_url: endpoint('token'),
    api_url: endpoint('userinfo'),
    use_pkce: true,
    use_refresh_token: true,
    login_attribute_path: 'preferred_username',
    role_attribute_path: `${has(adminGroup)} && 'Admin' || ${has(editorGroup)} && 'Editor' || 'Viewer'`,
  };
}

/** In its own namespace, whoever wished it. */
function grantDashboard(wish: DashboardWish, wisher: Wisher, { namespace }: UpstreamSettings): Grant {
  const name = `dashboard-${wisher.component}-${wish.name}`;
  const dashboard: AnyObject = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace, labels: { [DASHBOARD_LABEL]: '1' } },
    data: {
      [`${wisher.component}-${wish.name}.json`]: `${JSON.stringify({ ...wish.json, title: wish.title })}\n`,
    },
  };
  return { objects: [dashboard], facts: {} };
}
